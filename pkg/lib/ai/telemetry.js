// The integration for AI SDK 7, which calls it at each step. It makes spans of these events.

import { SPAN_TYPE } from "../values/attributes.js";
import { runWithSpan } from "../context/context.js";
import { hasOtherForms } from "../host/shared.js";
import { givenHere } from "../options/configuration.js";
import { Laminar } from "../observe/laminar.js";
import { fail } from "../observe/observe.js";
import { unlessBelow } from "../otel/parent.js";
import { messageOf, toJson, toText } from "../values/value.js";
import { warnOnce } from "../host/warn.js";
import * as read from "./attributes.js";
import { endSpan, Operation, settle, startSpan } from "./operation.js";

// Limited, because the SDK does not report the end of calls whose stream is not read to its end.
const MAX_OPERATIONS = 1024;
// The SDK reports no model call within these operations, so the operation counts as one.
const MODEL_CALLS = new Set(["ai.embed", "ai.embedMany", "ai.rerank"]);

/** @typedef {import("../../index.js").LaminarAiSdkTelemetry} Public */

export class LaminarAiSdkTelemetry {
  /** @type {Map<string, Operation>} */
  #operations = new Map();
  #inputs;
  #outputs;
  #steps;
  #parent;

  /** @param {import("../../index.js").LaminarAiSdkTelemetryOptions} [options] */
  constructor(options) {
    this.#inputs = options?.recordInputs ?? true;
    this.#outputs = options?.recordOutputs ?? true;
    this.#steps = options?.createStepSpan ?? false;
    this.#parent = options?.parent;
    quietly(() => initializeOnce(options?.laminarOptions));
  }

  /** @param {any} event */
  onStart(event) {
    quietly(() => {
      const { callId, operationId, functionId } = event;
      if (callId === undefined) return;
      const span = startSpan(
        event,
        [operationId ?? "ai.operation", functionId].filter(Boolean).join(" "),
        MODEL_CALLS.has(operationId) ? "LLM" : "DEFAULT",
        unlessBelow(this.#parent),
      );
      span.setAttributes(read.modelOf(event)).setAttributes({
        "ai.operation": operationId,
        "ai.functionId": functionId,
        "operation.name": functionId,
      });
      if (this.#inputs && span.recording) span.setInput(read.inputOf(event));
      this.#operations.set(callId, new Operation(span));
      if (this.#operations.size > MAX_OPERATIONS) {
        const [oldest] = this.#operations.keys();
        this.#close(oldest, event);
      }
    });
  }

  /** @param {any} event */
  onStepStart(event) {
    this.#during(event, (operation) => {
      if (this.#inputs) operation.prompt = event.promptMessages;
      if (!this.#steps) return;
      operation.endStep(event);
      operation.step = startSpan(event, "ai.step", "DEFAULT", {
        parent: operation.span,
      });
      operation.step.setAttribute("ai.step.number", event.stepNumber);
      if (this.#inputs) operation.step.setInput(read.inputOf(event));
    });
  }

  /** @param {any} event */
  onLanguageModelCallStart(event) {
    this.#during(event, (operation) => this.#startModel(operation, event));
  }

  /** @param {any} event */
  onLanguageModelCallEnd(event) {
    this.#during(event, (operation) => {
      const { responseId: id, usage, content } = event;
      operation.model
        ?.setAttributes(read.responseOf({ ...event, id }))
        .setAttributes(read.usageOf(usage));
      if (this.#outputs) this.#answer(operation.model, content);
      operation.endModel(event);
    });
  }

  /** @param {any} event */
  onStepEnd(event) {
    this.#during(event, (operation) => {
      // The model's span is only open here if the SDK did not report the end of its call.
      operation.model?.setAttributes(read.usageOf(event.usage));
      operation.endModel(event);
      operation.step?.setAttributes(read.finishOf(event));
      if (this.#outputs)
        operation.step?.setOutput(read.answerOf(event.content));
      operation.endStep(event);
    });
  }

  /** @param {any} event */
  onObjectStepStart(event) {
    this.#during(event, (operation) => {
      if (this.#inputs) operation.prompt = event.promptMessages;
      this.#startModel(operation, event);
    });
  }

  /** @param {any} event */
  onObjectStepEnd(event) {
    this.#during(event, (operation) => {
      const { provider, finishReason, response, objectText: text } = event;
      operation.model
        ?.setAttributes(
          read.responseOf({ ...response, provider, finishReason }),
        )
        .setAttributes(read.usageOf(event.usage));
      if (this.#outputs && text)
        this.#answer(operation.model, [{ type: "text", text }]);
      operation.endModel(event);
    });
  }

  /** @param {any} event */
  onToolExecutionStart(event) {
    this.#during(event, (operation) => {
      const { toolCallId, toolName, input } = event.toolCall;
      const span = startSpan(
        event,
        `ai.tool ${toolName}`,
        "TOOL",
        operation.parent,
      );
      span.setAttributes({
        "ai.toolCall.name": toolName,
        "ai.toolCall.id": toolCallId,
      });
      if (this.#inputs && input !== undefined)
        span.setInput(input).setAttribute("ai.toolCall.args", toText(input));
      operation.tools.set(toolCallId, span);
    });
  }

  /** @param {any} event */
  onToolExecutionEnd(event) {
    this.#during(event, (operation) => {
      const span = operation.tools.get(event.toolCall.toolCallId);
      if (span === undefined) return;
      operation.tools.delete(event.toolCall.toolCallId);
      const { type, output, error } = event.toolOutput ?? {};
      if (type === "tool-error") {
        fail(span, this.#discreet(error));
        if (this.#outputs)
          span
            .setOutput(messageOf(error))
            .setAttribute("ai.toolCall.error", messageOf(error));
        return span.end(event.timestamp);
      }
      if (this.#outputs && output !== undefined)
        span
          .setOutput(output)
          .setAttribute("ai.toolCall.result", toText(output));
      endSpan(span, event);
    });
  }

  /**
   * Runs a tool, so that spans that start inside are below the tool's span.
   *
   * @type {Public["executeTool"]}
   */
  executeTool({ callId, toolCallId, execute }) {
    const span = this.#operations.get(callId)?.tools.get(toolCallId);
    return span === undefined ? execute() : runWithSpan(span, execute);
  }

  /**
   * Runs a model call, so that spans of the provider or of middleware are below the model's span.
   *
   * @type {Public["executeLanguageModelCall"]}
   */
  executeLanguageModelCall({ callId, execute }) {
    const operation = this.#operations.get(callId);
    return operation === undefined ? execute() : operation.callModel(execute);
  }

  /** @param {any} event */
  onEnd(event) {
    this.#finish(event, ({ span }) => {
      span.setAttributes(read.finishOf(event));
      if (span.get(SPAN_TYPE) === "LLM")
        span.setAttributes(read.usageOf(event.usage));
      const { embedding, content, object, ranking } = event;
      // Vectors are long, and no reader can use them, so only their number is recorded.
      if (Array.isArray(embedding)) {
        const count = Array.isArray(embedding[0]) ? embedding.length : 1;
        span.setAttribute("ai.embed.count", count);
      }
      if (this.#outputs && span.recording)
        span.setOutput(read.answerOf(content) ?? toJson(object ?? ranking));
      if (event.error) fail(span, this.#discreet(event.error));
      else settle(span, event);
    });
  }

  /**
   * Ends an aborted operation. An abort by the reader is no failure, so the status stays unset.
   *
   * @param {any} event
   */
  onAbort(event) {
    this.#finish(event, ({ span }) => {
      span.setAttribute("ai.response.aborted", true).addEvent("abort");
      if (event.reason !== undefined)
        span.setAttribute("ai.response.abortReason", messageOf(event.reason));
    });
  }

  /** @param {any} event */
  onError(event) {
    this.#finish(event, (operation) => {
      const error = this.#discreet(event.error);
      operation.failRunning(error);
      fail(operation.span, error);
    });
  }

  /**
   * @param {Operation} operation
   * @param {any} event
   */
  #startModel(operation, event) {
    operation.endFailed(event, (error) => this.#discreet(error));
    const { provider, modelId, tools } = event;
    const span = startSpan(
      event,
      `ai.llm ${provider ?? ""}:${modelId ?? ""}`,
      "LLM",
      operation.parent,
    );
    operation.model = span;
    if (!span.recording) return;
    span.setAttributes(read.modelOf(event));
    const { prompt } = operation;
    if (prompt) span.setAttribute(read.INPUT_MESSAGES, read.withBytes(prompt));
    if (this.#inputs && tools)
      span.setAttribute(read.TOOL_DEFINITIONS, toJson(tools));
  }

  /**
   * @param {import("../span/span.js").Span | undefined} span
   * @param {unknown} content
   */
  #answer(span, content) {
    if (span?.recording)
      span.setAttribute(read.OUTPUT_MESSAGES, read.answerOf(content));
  }

  /**
   * Returns what may be recorded of an error. It may quote content, so without consent only its kind.
   *
   * @param {any} error
   */
  #discreet(error) {
    if (this.#inputs && this.#outputs) return error;
    return { name: error?.name ?? "Error", message: "AI SDK operation failed" };
  }

  /**
   * @param {string} callId
   * @param {any} event
   */
  #close(callId, event) {
    this.#operations.get(callId)?.close(event);
    this.#operations.delete(callId);
  }

  /**
   * Ends the operation, even if its last event cannot be read.
   *
   * @param {any} event
   * @param {(operation: Operation) => void} action
   */
  #finish(event, action) {
    this.#during(event, (operation) => {
      try {
        action(operation);
      } finally {
        this.#close(event.callId, event);
      }
    });
  }

  /**
   * @param {any} event
   * @param {(operation: Operation) => void} action
   */
  #during(event, action) {
    quietly(() => {
      const operation = this.#operations.get(event.callId);
      if (operation !== undefined) action(operation);
    });
  }
}

// The mark by which several copies of the package register only one integration.
const BRAND = Symbol.for("laminar-edge.ai-sdk");
Object.defineProperty(LaminarAiSdkTelemetry.prototype, BRAND, { value: true });

/**
 * Returns whether this is the integration, of this or another copy of the package.
 *
 * @param {any} value
 */
export function isIntegration(value) {
  return value?.[BRAND] === true;
}

/**
 * Initializes once there is a key: a Worker gets its key with the first request.
 *
 * @param {import("../../index.js").InitializeOptions | undefined} options
 */
function initializeOnce(options) {
  if (Laminar.initialized()) return;
  // The program has disabled recording, or only another copy of the package has its mask.
  if (!options && (givenHere() !== undefined || hasOtherForms(true))) return;
  if (options || globalThis.process?.env?.LMNR_PROJECT_API_KEY)
    Laminar.initialize(options);
}

/** @param {() => void} action */
function quietly(action) {
  try {
    action();
  } catch (error) {
    warnOnce("ai", `an event of the AI SDK was left out: ${messageOf(error)}`);
  }
}
