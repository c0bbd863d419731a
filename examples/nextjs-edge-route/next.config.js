export default {
  // This folder and nothing above it, where other lock files may lie.
  turbopack: { root: import.meta.dirname },
};
