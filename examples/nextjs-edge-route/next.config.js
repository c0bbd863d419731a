export default {
  // The root is this folder, although folders above may have lock files.
  turbopack: { root: import.meta.dirname },
};
