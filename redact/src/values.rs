//! Texts that are secret because of the name that they stand under: in objects of JSON, in lists of
//! pairs, in members `name` and `value`, and in attributes.

use super::bytes::{is_in, BLANK, DIGIT, DOT, FOREIGN, WORD};
use super::json::{BRACKET, BRACKET_END, COLON, COMMA, SLASH};
use super::names::Kind;
use super::rules::Rules;
use super::scan::{push, words, Scan};

const CARET: u32 = b'^' as u32;
const TILDE: u32 = b'~' as u32;
const FULL_STOP: u32 = b'.' as u32;

/// Finds the string under a secret name in JSON, whose colon is at the cursor. The JSON may itself be a
/// string of JSON: its quotes then have backslashes before them, as many as those of the name.
pub(super) fn named_value(scan: &mut Scan<'_>, rules: &Rules) -> bool {
    let colon = scan.at;
    let Some(escapes) = scan.string_before() else {
        return false;
    };
    let kind = if scan.is_any(b"value") {
        kind_beside(scan, rules, escapes)
    } else {
        kind_of_string(scan, rules)
    };
    scan.at = colon;
    kind != Kind::Open && hidden_string(scan, kind, escapes)
}

/// Finds the second string of a pair whose bracket is at the cursor, if the first one is a secret name
/// and the pair stands in a list, as those of a `Map` and of headers do.
pub(super) fn pair_value(scan: &mut Scan<'_>, rules: &Rules) -> bool {
    scan.blanks_before();
    let is_in_list = matches!(scan.before(1), BRACKET | COMMA);
    scan.at += 1;
    scan.skip(BLANK);
    let escapes = scan.skip_backslashes();
    if !is_in_list || !scan.eat(b'"') {
        return false;
    }
    scan.start = scan.at;
    scan.string_end(escapes);
    let kind = kind_of_string(scan, rules);
    scan.at += escapes + 1;
    scan.skip(BLANK);
    if kind == Kind::Open || scan.byte(0) != COMMA || !hidden_string(scan, kind, escapes) {
        return false;
    }
    // A list of three is no pair.
    let end = scan.at;
    scan.at += escapes + 1;
    scan.skip(BLANK);
    let is_pair = scan.is_at_end() || scan.byte(0) == BRACKET_END;
    scan.at = end;
    is_pair
}

/// Moves the start and the cursor around the string after the sign at the cursor, or around the strings of
/// a list, and returns whether they are secret under a name of this kind.
fn hidden_string(scan: &mut Scan<'_>, kind: Kind, escapes: usize) -> bool {
    scan.at += 1;
    scan.skip(BLANK);
    let is_list = scan.byte(0) == BRACKET;
    while scan.byte(0) == BRACKET {
        scan.at += 1;
        scan.skip(BLANK);
    }
    if !scan.open_string(escapes) {
        return false;
    }
    scan.start = scan.at;
    let mut end;
    loop {
        scan.string_end(escapes);
        end = scan.at;
        scan.at += escapes + 1;
        scan.skip(BLANK);
        // A list of texts becomes a list of one.
        let goes_on = is_list && scan.eat(b',') && {
            scan.skip(BLANK);
            scan.open_string(escapes)
        };
        if !goes_on {
            break;
        }
    }
    scan.at = end;
    !is_harmless(scan, kind, escapes)
}

/// Returns what the string between the start and the cursor says as a name. Its escapes are understood.
#[inline(never)]
fn kind_of_string(scan: &Scan<'_>, rules: &Rules) -> Kind {
    let name = scan.found();
    if name.iter().all(|byte| *byte != b'\\') {
        return rules.kind_of(name);
    }
    let mut escaped = Scan::new(name);
    let mut plain = Vec::new();
    while !escaped.is_at_end() {
        #[allow(clippy::cast_possible_truncation)] // It is below 256.
        push(&mut plain, &[escaped.read() as u8]);
    }
    rules.kind_of(&plain)
}

/// Returns what the name says that stands before the member `value`, as in
/// `{"name":"authorization","value":"…"}`.
fn kind_beside(scan: &mut Scan<'_>, rules: &Rules, escapes: usize) -> Kind {
    scan.leave_string(escapes);
    if !scan.step_back(b',') || scan.string_before() != Some(escapes) {
        return Kind::Open;
    }
    let kind = kind_of_string(scan, rules);
    scan.leave_string(escapes);
    let is_name = scan.step_back(b':')
        && scan.string_before() == Some(escapes)
        && scan.is_any(words!["name", "key"]);
    if is_name {
        kind
    } else {
        Kind::Open
    }
}

/// Whether this text is secret because of its name.
pub(super) fn hides_text(name: &[u8], value: &[u8], rules: &Rules) -> bool {
    let kind = rules.kind_of(name);
    let mut scan = Scan::new(value);
    scan.at = value.len();
    kind != Kind::Open && !is_harmless(&mut scan, kind, 0)
}

/// Whether the string between the start and the cursor is no secret under a name of this kind.
#[inline(never)]
fn is_harmless(scan: &mut Scan<'_>, kind: Kind, escapes: usize) -> bool {
    let end = scan.at;
    // How requests of the Web say whether they take credentials along.
    let mut is_harmless = scan.is_any(words!["include", "same-origin", "omit"]);
    if kind != Kind::Secret {
        let value = scan.found();
        let has = |class| value.iter().any(|byte| is_in(*byte, class));
        is_harmless |= if kind == Kind::Likely {
            // Words, and how something is proved: `required`, `oauth2`.
            value.len() < 6 || !has(DIGIT) || has(BLANK | FOREIGN) || scan.is_any(b"oauth2")
        } else {
            scan.at = scan.start;
            matches!(scan.byte(0), SLASH | TILDE | FULL_STOP) || scan.byte(1) == COLON
        };
    }
    scan.at = end + escapes + 1;
    scan.skip(BLANK);
    // A token of a model's answer has its probability after it.
    is_harmless |= scan.eat(b',') && {
        scan.skip(BLANK);
        scan.open_string(escapes) && scan.eat_any(b"logprob")
    };
    scan.at = scan.start;
    // A mark of an earlier redaction stays; what stands beside it is a part of the secret.
    if scan.eat_any(b"[REDACTED") {
        scan.skip(WORD);
        is_harmless |= scan.at + 1 == end;
    }
    // `"cookie": "^1.0.2"` is a package and its version.
    if matches!(scan.byte(0), CARET | TILDE) {
        scan.at += 1;
    }
    if scan.skip(DIGIT) > 0 && scan.skip(DOT) == 1 {
        scan.skip(DIGIT | DOT);
        is_harmless |= scan.at == end;
    }
    scan.at = end;
    is_harmless
}
