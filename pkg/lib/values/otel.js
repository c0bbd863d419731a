// Numbers that OpenTelemetry's API gives to kinds and statuses of spans.

export const KIND_SERVER = 1;
export const KIND_CLIENT = 2;
export const KIND_CONSUMER = 4;

export const STATUS_OK = 1;
export const STATUS_ERROR = 2;
