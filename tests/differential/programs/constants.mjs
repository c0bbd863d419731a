// The keys and levels that users write in their programs.

export const needs = ["TracingLevel"];

export default async ({ LaminarAttributes, TracingLevel }) => ({
  attributes: { ...LaminarAttributes },
  levels: { ...TracingLevel },
});
