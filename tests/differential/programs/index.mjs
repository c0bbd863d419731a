// Every program by its name; static imports, so that a bundler finds them.

import * as activeSpan from "./active-span.mjs";
import * as afterEnd from "./after-end.mjs";
import * as ai7 from "./ai7.mjs";
import * as attributes from "./attributes.mjs";
import * as constants from "./constants.mjs";
import * as currentSpan from "./current-span.mjs";
import * as decoratorNames from "./decorator-names.mjs";
import * as decorators from "./decorators.mjs";
import * as deep from "./deep.mjs";
import * as eventCall from "./event-call.mjs";
import * as events from "./events.mjs";
import * as globalMetadata from "./global-metadata.mjs";
import * as globalMetadataElsewhere from "./global-metadata-elsewhere.mjs";
import * as inheritance from "./inheritance.mjs";
import * as largeValues from "./large-values.mjs";
import * as lifecycle from "./lifecycle.mjs";
import * as llmCall from "./llm-call.mjs";
import * as manyAttributes from "./many-attributes.mjs";
import * as metadata from "./metadata.mjs";
import * as metadataUnusual from "./metadata-unusual.mjs";
import * as misuse from "./misuse.mjs";
import * as names from "./names.mjs";
import * as observeErrors from "./observe-errors.mjs";
import * as observeInputs from "./observe-inputs.mjs";
import * as observeNested from "./observe-nested.mjs";
import * as observeOptions from "./observe-options.mjs";
import * as observeOutputs from "./observe-outputs.mjs";
import * as oddOptions from "./odd-options.mjs";
import * as ownContext from "./own-context.mjs";
import * as parallel from "./parallel.mjs";
import * as parentSpanContext from "./parent-span-context.mjs";
import * as secrets from "./secrets.mjs";
import * as spanContext from "./span-context.mjs";
import * as spanMethods from "./span-methods.mjs";
import * as startSpan from "./start-span.mjs";
import * as startSpanInputs from "./start-span-inputs.mjs";
import * as statusAndName from "./status-and-name.mjs";
import * as streamsCut from "./streams-cut.mjs";
import * as streams from "./streams.mjs";
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
  ai7: ai7,
  attributes: attributes,
  constants: constants,
  "current-span": currentSpan,
  "decorator-names": decoratorNames,
  decorators: decorators,
  deep: deep,
  "event-call": eventCall,
  events: events,
  "global-metadata": globalMetadata,
  "global-metadata-elsewhere": globalMetadataElsewhere,
  inheritance: inheritance,
  "large-values": largeValues,
  lifecycle: lifecycle,
  "llm-call": llmCall,
  "many-attributes": manyAttributes,
  metadata: metadata,
  "metadata-unusual": metadataUnusual,
  misuse: misuse,
  names: names,
  "observe-errors": observeErrors,
  "observe-inputs": observeInputs,
  "observe-nested": observeNested,
  "observe-options": observeOptions,
  "observe-outputs": observeOutputs,
  "odd-options": oddOptions,
  "own-context": ownContext,
  parallel: parallel,
  "parent-span-context": parentSpanContext,
  secrets: secrets,
  "span-context": spanContext,
  "span-methods": spanMethods,
  "start-span": startSpan,
  "start-span-inputs": startSpanInputs,
  "status-and-name": statusAndName,
  "streams-cut": streamsCut,
  streams: streams,
  tags: tags,
  thenables: thenables,
  times: times,
  "trace-properties": traceProperties,
  tracer: tracer,
  "tracing-level": tracingLevel,
  uninitialised: uninitialised,
  "with-ended-span": withEndedSpan,
  "with-span": withSpan,
};
