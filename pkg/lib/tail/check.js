// 32 bits of a key, by which a Tail Worker sees that a batch is another project's. They open nothing, and
// say too little of a key to find it.

/** FNV-1a. @param {string} key */
export function checkOf(key) {
  let hash = 0x811c9dc5;
  for (let i = 0; i < key.length; i++)
    hash = Math.imul(hash ^ key.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}
