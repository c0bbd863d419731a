// A hash of 32 bits of a key, by which a Tail Worker recognizes batches of another project. It gives no access,
// and is too short to guess the key from.

/** Returns the FNV-1a hash. @param {string} key */
export function checkOf(key) {
  let hash = 0x811c9dc5;
  for (let i = 0; i < key.length; i++)
    hash = Math.imul(hash ^ key.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}
