//! The numbers that both sides of the boundary know. `xtask` writes them into `pkg/wasm/constants.js`, so
//! that JavaScript has them from here.

/// Defines constants, and `ALL` with their names.
macro_rules! constants {
    ($($(#[$doc:meta])* $name:ident = $value:literal;)*) => {
        $($(#[$doc])* pub const $name: u32 = $value;)*

        /// Every constant by its name.
        pub const ALL: &[(&str, u32)] = &[$((stringify!($name), $name)),*];
    };
}

constants! {
    /// Type of a packed value: a string; the length is its UTF-16 code units.
    STRING = 1;
    /// Type of a packed value: `false`.
    FALSE = 2;
    /// Type of a packed value: `true`.
    TRUE = 3;
    /// Type of a packed value: an integer in one word.
    INT32 = 4;
    /// Type of a packed value: an integer in two words, low first.
    INT64 = 5;
    /// Type of a packed value: a double from `floats`.
    DOUBLE = 6;
    /// Type of a packed value: the values before it; the length is how many.
    ARRAY = 7;
    /// Type of a packed value: bytes, four to a word, low first; the length is how many bytes.
    BYTES = 8;
    /// Type of a packed value: a value without a value, as OTLP has for null inside an array.
    EMPTY = 9;

    /// Bit of a packed span's flags: the parent lives in another process.
    REMOTE_PARENT = 1;

    /// Answer to a span that ends: it is buffered.
    KEPT = 0;
    /// Answer to a span that ends: it was dropped and counted.
    DROPPED = 1;
    /// Answer to a span that ends: strings joined where they must not, so it has to be packed again with
    /// lone surrogates replaced.
    PACK_AGAIN = 2;
    /// Answer to a span that ends: it is buffered, and a batch is full.
    FULL = 3;
    /// Answer to a span that ends: it is buffered, and the runtime says that the CPU time of the request
    /// is nearly used up.
    CPU_SHORT = 4;

    /// What became of a batch for a store: it was refused, and stays.
    REFUSED = 0;
    /// What became of a batch for a store: it is there.
    STORED = 1;
    /// What became of a batch for a store: nobody knows.
    UNKNOWN = 2;
    /// What became of a batch for a Tail Worker: the runtime has it.
    HANDED = 3;

    /// Bit of an item out of a store: this isolate counts its spans as spilled.
    OWN = 1;
    /// Bit of an item out of a store: an earlier send may have arrived.
    DOUBTFUL = 2;
    /// Bit of an item out of a store: there was no connection, so it has not arrived.
    NOT_SENT = 4;

    /// Bit of a destination's ways: requests of this program bring spans there.
    BY_NETWORK = 1;
    /// Bit of a destination's ways: a Tail Worker brings spans there.
    BY_TAIL = 2;

    /// In the place of a large string's key: it is the span's input.
    INPUT = 0xffff_ffff;
    /// In the place of a large string's key: it is the span's output.
    OUTPUT = 0xffff_fffe;

    /// Bit of what redaction looks for: keys, tokens, passwords.
    DETECT_SECRETS = 1;
    /// Bit of what redaction looks for: payment cards.
    DETECT_CARDS = 2;
    /// Bit of what redaction looks for: IBANs.
    DETECT_IBANS = 4;
    /// Bit of what redaction looks for: addresses of e-mail.
    DETECT_EMAILS = 8;
    /// Bit of what redaction looks for: phone numbers.
    DETECT_PHONES = 16;
    /// Bit of what redaction looks for: public IP addresses.
    DETECT_IPS = 32;
    /// Bit of what redaction looks for: national identity numbers.
    DETECT_IDS = 64;
    /// Bit of what redaction looks for: addresses of crypto currencies.
    DETECT_CRYPTO = 128;
    /// Bit of what redaction looks for: MAC addresses.
    DETECT_MACS = 256;

    /// How often the holder of a lease says that it lives, in milliseconds.
    BEAT_MS = 250;
}
