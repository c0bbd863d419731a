// Every program by its name; static imports, so that a bundler finds them.

import * as activeSpan from "./active-span.mjs";
import * as afterEnd from "./after-end.mjs";
import * as attributes from "./attributes.mjs";
import * as constants from "./constants.mjs";
import * as currentSpan from "./current-span.mjs";
import * as decoratorNames from "./decorator-names.mjs";
import * as decorators from "./decorators.mjs";
import * as eventCall from "./event-call.mjs";
import * as events from "./events.mjs";
import * as globalMetadataElsewhere from "./global-metadata-elsewhere.mjs";
import * as globalMetadata from "./global-metadata.mjs";
import * as inheritance from "./inheritance.mjs";
import * as manyAttributes from "./many-attributes.mjs";
import * as metadataUnusual from "./metadata-unusual.mjs";
import * as metadata from "./metadata.mjs";
import * as misuse from "./misuse.mjs";
import * as observeErrors from "./observe-errors.mjs";
import * as observeInputs from "./observe-inputs.mjs";
import * as observeNested from "./observe-nested.mjs";
import * as observeOptions from "./observe-options.mjs";
import * as observeOutputs from "./observe-outputs.mjs";
import * as ownContext from "./own-context.mjs";
import * as parentSpanContext from "./parent-span-context.mjs";
import * as spanContext from "./span-context.mjs";
import * as spanMethods from "./span-methods.mjs";
import * as startSpanInputs from "./start-span-inputs.mjs";
import * as startSpan from "./start-span.mjs";
import * as statusAndName from "./status-and-name.mjs";
import * as tags from "./tags.mjs";
import * as thenables from "./thenables.mjs";
import * as times from "./times.mjs";
import * as traceProperties from "./trace-properties.mjs";
import * as tracer from "./tracer.mjs";
import * as tracingLevel from "./tracing-level.mjs";
import * as uninitialised from "./uninitialised.mjs";
import * as withEndedSpan from "./with-ended-span.mjs";
import * as withSpan from "./with-span.mjs";

export const programs = {
  "active-span": activeSpan,
  "after-end": afterEnd,
  attributes,
  constants,
  "current-span": currentSpan,
  "decorator-names": decoratorNames,
  decorators,
  "event-call": eventCall,
  events,
  "global-metadata-elsewhere": globalMetadataElsewhere,
  "global-metadata": globalMetadata,
  inheritance,
  "many-attributes": manyAttributes,
  "metadata-unusual": metadataUnusual,
  metadata,
  misuse,
  "observe-errors": observeErrors,
  "observe-inputs": observeInputs,
  "observe-nested": observeNested,
  "observe-options": observeOptions,
  "observe-outputs": observeOutputs,
  "own-context": ownContext,
  "parent-span-context": parentSpanContext,
  "span-context": spanContext,
  "span-methods": spanMethods,
  "start-span-inputs": startSpanInputs,
  "start-span": startSpan,
  "status-and-name": statusAndName,
  tags,
  thenables,
  times,
  "trace-properties": traceProperties,
  tracer,
  "tracing-level": tracingLevel,
  uninitialised,
  "with-ended-span": withEndedSpan,
  "with-span": withSpan,
};
