// The constants of keys and levels for users' programs.

export const needs = ["TracingLevel"];

export default async ({ LaminarAttributes, TracingLevel }) => ({
  attributes: { ...LaminarAttributes },
  levels: { ...TracingLevel },
});
