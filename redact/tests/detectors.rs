//! What is replaced and what is not, detector by detector.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::cast_possible_truncation,
    reason = "a test that panics has done its work, helpers included"
)]

use laminar_edge_redact::{Detectors, Redacted, Redactor, Rules, LABELS};

fn redactor(detectors: Detectors) -> Redactor {
    Redactor::new(Rules {
        detectors,
        secrets: vec!["Zq8Kp2Vb7Nw4Xc9Lm3Rt6Ys1Df5Gh0Jk".into()],
        ..Rules::default()
    })
}

/// Returns the text after redaction, and checks that the counts are those of its marks.
fn redact(detectors: Detectors, text: &str) -> String {
    let mut counts = Redacted::default();
    let out = redactor(detectors).redact(text.as_bytes(), &mut counts);
    let out = out.map_or_else(|| text.to_owned(), |out| String::from_utf8(out).unwrap());
    let marks: usize = LABELS
        .iter()
        .map(|label| out.matches(&format!("[REDACTED_{label}]")).count())
        .sum();
    assert_eq!(counts.total() as usize, marks, "{text}");
    out
}

const S: Detectors = Detectors::SECRETS;

/// The first part becomes the second.
fn assert_all(detectors: Detectors, cases: &[(&str, &str)]) {
    for (text, expected) in cases {
        assert_eq!(redact(detectors, text), *expected, "{text}");
    }
}

fn assert_kept(detectors: Detectors, texts: &[&str]) {
    for text in texts {
        assert_eq!(redact(detectors, text), *text);
    }
}

#[test]
fn keys_of_providers() {
    let body = "aB3dE5fG7hJ9kL1mN3pQ5rS7tU9vW1xY3zA5bC7d";
    let b36 = &body[..36];
    for key in [
        format!("sk-{body}"),
        format!("sk-ant-api03-{body}-{body}AA"),
        format!("sk-proj-{body}_{body}"),
        format!("sk-or-v1-{}", "0a1b2c3d".repeat(8)),
        format!("sk_live_{b36}"),
        format!("rk_live_{b36}"),
        format!("whsec_{b36}"),
        format!("ghp_{b36}"),
        format!("gho_{b36}"),
        format!("github_pat_11ABCDEFG0{body}_{body}"),
        "glpat-xYz12AbC34dEf56GhI78".into(),
        format!("xoxb-123456789012-{b36}"),
        "AKIAIOSFODNN7EXAMPLE".into(),
        "ASIAIOSFODNN7EXAMPLE".into(),
        format!("AIza{}", &body[..35]),
        format!("ya29.{body}"),
        format!("hf_{}", &body[..34]),
        format!("npm_{b36}"),
        format!("pypi-AgEIcHlwaS5vcmc{body}"),
        format!("SG.{}.{}", &body[..22], &format!("{body}{body}")[..43]),
        "key-0123456789abcdef0123456789abcdef".into(),
        format!("lin_api_{body}"),
        format!("dop_v1_{}", "0a1b2c3d".repeat(8)),
        format!("pylf_v1_us_{body}"),
        format!("gsk_{body}"),
        format!("xai-{body}"),
        format!("pplx-{body}"),
        format!("xapp-1-A012345-123456-{b36}"),
        format!("hvs.{body}{body}"),
        format!("GOCSPX-{}", &body[..28]),
        format!("csk-{body}"),
        format!("tvly-dev-{body}"),
        format!("nvapi-{body}"),
        format!("r8_{}", &body[..37]),
        format!("ntn_{body}"),
        format!("secret_{body}3e5"),
        format!("vck_{body}"),
        format!("vcp_{body}"),
        format!("sbp_{}", "0a1b2c3d".repeat(5)),
        format!("sb_secret_{body}"),
        format!("figd_{body}"),
        format!("pcsk_6xK2p_{body}"),
        format!("shpat_{}", "0a1b2c3d".repeat(4)),
        format!("lsv2_pt_{}_0a1b2c3d4e", "0a1b2c3d".repeat(4)),
        format!("sntrys_{body}"),
        format!("sntryu_{}", "0a1b2c3d".repeat(8)),
        format!("dckr_pat_{}", &body[..27]),
        format!("doo_v1_{}", "0a1b2c3d".repeat(8)),
        format!("hvb.{body}"),
        format!("fc-{}", "0a1b2c3d".repeat(4)),
        format!("e2b_{}", "0a1b2c3d".repeat(5)),
        format!("sk_{}", "0a1b2c3d".repeat(6)),
        format!("glsa_{body}_0a1b2c3d"),
    ] {
        for (before, after) in [
            ("", ""),
            ("use ", " now"),
            ("(", ")"),
            ("\"", "\""),
            ("密钥", "。"),
            ("a\\n", "\\n"),
            ("\\u000a", "\\\""),
            ("k%3D", "&x"),
            ("KEY=", "\n"),
            ("\x1b[31m", "\x1b[0m"),
            ("\\u001b[1;31m", "\\u001b[0m"),
            ("It is ", ". It was"),
        ] {
            let text = format!("{before}{key}{after}");
            let expected = format!("{before}[REDACTED_SECRET]{after}");
            assert_eq!(redact(S, &text), expected, "{text}");
        }
        // In the middle of a word it is no key.
        if !key.starts_with("sk_") && !key.starts_with("rk_") {
            let inside = format!("abc{key}");
            assert_eq!(redact(S, &inside), inside);
        }
        // A key that our own limits cut is still one.
        let cut = &key[..key.len() - 3];
        assert_eq!(
            redact(S, &format!("it is {cut}")),
            "it is [REDACTED_SECRET]",
            "{cut}"
        );
    }
}

/// Some keys have no digit by chance.
#[test]
fn keys_without_a_digit() {
    for key in [
        "glpat-xYzQbAbCRkdEfTrGhIPo",
        "sk_live_aQbEdEfGvhJkLmNoPwRsTuVy",
        "sk-aQbEdEfGvhJkLmNoPwRsTuVyaQbEdEfGvhJk",
    ] {
        assert_eq!(
            redact(S, &format!("use {key} now")),
            "use [REDACTED_SECRET] now"
        );
    }
    assert_kept(
        S,
        &[
            "sk_live_notificationSettings",
            "sk-notificationSettingsOfUsers",
        ],
    );
}

/// Keys that stand where programs and their settings have them, in texts that may be JSON.
#[test]
fn what_is_assigned_to_secret_names() {
    let key = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKE7";
    for name in [
        "AWS_SECRET_ACCESS_KEY",
        "github_token",
        "dbPassword",
        "clientSecret",
        "_auth",
    ] {
        for (before, between, after) in [
            ("A=b\n", "=", "\nC=d"),
            ("A=b\nexport ", "=", "\r\n"),
            ("export ", "=\"", "\"\n"),
            ("", "='", "'\n"),
            ("", " = ", "\n"),
            ("const ", " = \"", "\";"),
            ("let ", " = `", "`"),
            ("", "=\"", "\", a=1)"),
            ("os.environ['", "'] = '", "'\n"),
            ("env[\"", "\"] = \"", "\"\n"),
            ("{'", "': '", "', 'a': 1}"),
            ("{ ", ": '", "', a: 1 }"),
            ("db:\n  ", ": ", "\n"),
            ("db:\n  ", ": \"", "\"\n"),
            ("db:\\n  ", ": ", "\\n"),
            ("{\"code\":\"", " = \\\"", "\\\";\"}"),
            ("{\"code\":\"a\\n", "='", "'\\n\"}"),
            ("curl -H \"", ": ", "\" https://example.com"),
            ("//npm.example.com/:", "=", "\n"),
        ] {
            let text = format!("{before}{name}{between}{key}{after}");
            let expected = format!("{before}{name}{between}[REDACTED_SECRET]{after}");
            assert_eq!(redact(S, &text), expected, "{text}");
        }
    }
    assert_all(
        S,
        &[
            (
                "Server=h;User ID=u;Password=hunter2secret;Encrypt=True;",
                "Server=h;User ID=u;Password=[REDACTED_SECRET];Encrypt=True;",
            ),
            (
                "https://api.telegram.org/bot123456789:AAF_oPSyyvT-FU8QxEupHA9ZATc2JngnZKM/getMe",
                "https://api.telegram.org/bot[REDACTED_SECRET]/getMe",
            ),
            ("password: 'Tr0ub4dor&3x!'", "password: '[REDACTED_SECRET]'"),
            (
                "{\"a\":\"HTTP/1.1\\r\\nCookie: sid=abc\\r\\nHost: x\"}",
                "{\"a\":\"HTTP/1.1\\r\\nCookie: [REDACTED_SECRET]\\r\\nHost: x\"}",
            ),
            (
                "?X-Goog-Credential=a%40b.c&X-Goog-Signature=0a1b2c",
                "?X-Goog-Credential=[REDACTED_SECRET]&X-Goog-Signature=[REDACTED_SECRET]",
            ),
        ],
    );
    assert_kept(
        S,
        &[
            "const token = await getAccessTokenFromStore2(request);",
            "const apiKey = process.env.OPENAI_API_KEY_2;",
            "token: string; secret?: string, password: user.password1",
            "password = \"${DB_PASSWORD1}\"; apiKey: '{{apiKey12345}}', token = \"[token-12345]\"",
            "this.token=e;n=t;this.secret=abcdefgh;x=1 at 9:AM, 12345678:ABCDEFGH, s3:AssociateAccessGrantsIdentityCenter",
            "const auth = '1.3.6.1.5.5.7.3.1'",
            "arn:aws:secretsmanager:us-west-2:123456789012:secret:MyDatabaseSecret-a1b2c3d4",
            "PASSWORD=changeme\nAPI_KEY=your-api-key-here\nTOKEN=\"\"\nSECRET=<secret>",
            "fetch(`/a?token=${token1}&secret={secret1}`)",
            "if (password == \"abcdef12\" || token === 'abcdef12') next_token = \"abcdef12\"",
            "{\"input_token\":\"NextToken\",\"output_token\":\"NextToken\"}",
            "{\"pass\":\"要素に0より大きい値\"}",
            "Cost per token: 0.00001500, tokens: 1234567890123456",
        ],
    );
}

#[test]
fn what_only_mentions_a_key() {
    assert_kept(
        S,
        &[
            "It begins with -----BEGIN RSA PRIVATE KEY----- and what follows is base64, as in any PEM.",
            "if (!text.startsWith(\"-----BEGIN PRIVATE KEY-----\")) throw new TypeError(\"no key\");",
            "see Basic Operations for tables",
        ],
    );
    assert_all(
        S,
        &[
            (
                "a -----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj",
                "a [REDACTED_SECRET]",
            ),
            (
                "{\"k\":\"-----BEGIN PRIVATE KEY-----\\nMIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj\\nMzEf",
                "{\"k\":\"[REDACTED_SECRET]",
            ),
        ],
    );
}

#[test]
fn what_only_looks_like_a_key() {
    assert_kept(
        S,
        &[
            "sk-learn-compatible-estimators-and-pipelines",
            "sk-SK is a locale, task-force-one-and-two-and-three",
            "#sk-container-id-1",
            "cache key-20240101",
            "API20240101",
            "mk_test_notificationsettings of whsec_your_webhook_signing_secret_here",
            "Explain basic python3.12",
            "https://api.example.com/?code=ERR_NOT_FOUND&auth=required",
            "if(a&&n.prevToken==`.`)",
            "postgres://user:${PASSWORD}@host and postgres://{user}:{password}@host",
            "http://localhost:{port}",
            "http://[::1]:3000",
            "http://[2001:db8::1]",
            "{\"cookie\":\"^1.0.2\",\"js-cookie\":\"3.0.5\"}",
            "{\"token\":\"Hello\",\"logprob\":-0.1}",
            "{\"args\":\"{\\\"token\\\": \\\"Hello\\\", \\\"logprob\\\": -0.1}\"}",
            "{\"password\":\"[REDACTED]\",\"secret\":\"[REDACTED_TOKEN]\"}",
            "the sk-",
            "AKIAIOSFODNN7EXAMPL is one short of it, AKIAiosfodnn7example is small",
            "hf_transformers_model_for_causal_language_generation",
            "npm_config_registry npm_lifecycle_event",
            "key-value-store-of-the-worker",
            "github_pat_ is the prefix",
            "xoxo- love",
            "Basic internationalization of Basic Understanding",
            "the bearer of this letter, bearer authentication-mechanisms",
            "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----",
            "http://localhost:8787/v1/traces and https://example.com:443",
            "see http://localhost:8787",
            "eyJub3QiOiJhIHRva2VuIn0.abc.def",
            "?code=404&key=name",
            "{\"tokens\":\"a b\",\"next_token\":\"abc\",\"author\":\"me\"}",
            "{\"password\":12,\"secret\":null,\"token\":true,\"api_key\":\"\"}",
            "{\"password\":{\"type\":\"string\",\"description\":\"of the user\"}}",
            "Authorization: how it works. Cookie: a small text. Authorization: Bearer YOUR_API_KEY",
            "3f2504e0-4f89-11d3-9a0c-0305e82c3301",
            "sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=",
        ],
    );
}

#[test]
fn tokens_of_headers() {
    assert_all(
        S,
        &[
            ("Bearer abcdefghijklmnop123", "Bearer [REDACTED_SECRET]"),
            (
                "authorization: Bearer abcdefghijklmnop123",
                "authorization: Bearer [REDACTED_SECRET]",
            ),
            ("Basic dXNlcjpwYXNzd29yZA==", "Basic [REDACTED_SECRET]"),
            ("x-api-key: abcd1234efgh", "x-api-key: [REDACTED_SECRET]"),
            (
                "authorization: Token 9944b09199c62bcf9418",
                "authorization: Token [REDACTED_SECRET]",
            ),
            (
                "Bearer abcdefghijklmnop123. Then",
                "Bearer [REDACTED_SECRET]. Then",
            ),
            (
                "Cookie: sid=abc; theme=dark\nhost: x",
                "Cookie: [REDACTED_SECRET]\nhost: x",
            ),
            (
                "Set-Cookie: sid=abc; Path=/",
                "Set-Cookie: [REDACTED_SECRET]",
            ),
            (
                "t eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln, ok",
                "t [REDACTED_SECRET], ok",
            ),
            ("cut eyJhbGciOiJIUzI1NiJ9.eyJzdW", "cut [REDACTED_SECRET]"),
            (
                "a eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln. Then",
                "a [REDACTED_SECRET]. Then",
            ),
        ],
    );
}

#[test]
fn private_keys_and_urls() {
    assert_all(
        S,
        &[
            (
                "a -----BEGIN RSA PRIVATE KEY-----\\nMIIE\\n-----END RSA PRIVATE KEY----- b",
                "a [REDACTED_SECRET] b",
            ),
            ("-----BEGIN PRIVATE KEY-----\nMIIE", "[REDACTED_SECRET]"),
            (
                "-----BEGIN PGP PRIVATE KEY BLOCK-----\nlQ\n-----END PGP PRIVATE KEY BLOCK-----.",
                "[REDACTED_SECRET].",
            ),
            (
                "https://app/cb#access_token=abc&token_type=bearer",
                "https://app/cb#access_token=[REDACTED_SECRET]&token_type=bearer",
            ),
            (
                "?a=1\\u0026X-Amz-Signature=ab12\\u0026token=cd\\\\u0026sig=0123456789",
                "?a=1\\u0026X-Amz-Signature=[REDACTED_SECRET]\\u0026token=[REDACTED_SECRET]\\\\u0026sig=[REDACTED_SECRET]",
            ),
            (
                "postgres://app:s3cr:et@db.example.com:5432/main",
                "postgres://app:[REDACTED_SECRET]@db.example.com:5432/main",
            ),
            (
                "\"redis:\\/\\/u:p@h\"",
                "\"redis:\\/\\/u:[REDACTED_SECRET]@h\"",
            ),
            ("mysql://root:hunter", "mysql://root:[REDACTED_SECRET]"),
            (
                "https://h/p?a=1&access_token=abc&b=2#f",
                "https://h/p?a=1&access_token=[REDACTED_SECRET]&b=2#f",
            ),
            (
                "https://s3/x?X-Amz-Signature=ab12&amp;sig=0123456789",
                "https://s3/x?X-Amz-Signature=[REDACTED_SECRET]&amp;sig=[REDACTED_SECRET]",
            ),
        ],
    );
}

#[test]
fn values_under_secret_names() {
    assert_all(
        S,
        &[
            (
                r#"{"password":"hunter2","a":1}"#,
                r#"{"password":"[REDACTED_SECRET]","a":1}"#,
            ),
            (
                r#"{"dbPassword" : "a\"b"}"#,
                r#"{"dbPassword" : "[REDACTED_SECRET]"}"#,
            ),
            (
                r#"{"token":"ends in \\","b":"c"}"#,
                r#"{"token":"[REDACTED_SECRET]","b":"c"}"#,
            ),
            (
                r#"{"args":"{\"api_key\":\"x y\",\"b\":\"c\"}"}"#,
                r#"{"args":"{\"api_key\":\"[REDACTED_SECRET]\",\"b\":\"c\"}"}"#,
            ),
            (
                r#""{\\\"secret\\\":\\\"a\\\\\\\"b\\\",\\\"c\\\":1}""#,
                r#""{\\\"secret\\\":\\\"[REDACTED_SECRET]\\\",\\\"c\\\":1}""#,
            ),
            (
                r#"{"secret": ["a", "b"], "c": "d"}"#,
                r#"{"secret": ["[REDACTED_SECRET]"], "c": "d"}"#,
            ),
            (
                r#"{"client_secret":"cut he"#,
                r#"{"client_secret":"[REDACTED_SECRET]"#,
            ),
            (
                r#"{"secret":"[REDACTED_SECRET] a","token":["[REDACTED]","b"]}"#,
                r#"{"secret":"[REDACTED_SECRET]","token":["[REDACTED_SECRET]"]}"#,
            ),
        ],
    );
}

#[test]
fn values_of_pairs() {
    assert_all(
        S,
        &[
            (
                r#"[["user","ada"],["password","hunter2"]]"#,
                r#"[["user","ada"],["password","[REDACTED_SECRET]"]]"#,
            ),
            (
                r#"[ [ "authorization", "Token x" ], [ "a", "b" ] ]"#,
                r#"[ [ "authorization", "[REDACTED_SECRET]" ], [ "a", "b" ] ]"#,
            ),
            (
                r#"{"h":"[[\"set-cookie\",[\"a=1\",\"b=2\"]]]"}"#,
                r#"{"h":"[[\"set-cookie\",[\"[REDACTED_SECRET]\"]]]"}"#,
            ),
            (r#"[["api_key","cut"#, r#"[["api_key","[REDACTED_SECRET]"#),
            (
                r#"{"headers":[{"name":"authorization","value":"abc def"}]}"#,
                r#"{"headers":[{"name":"authorization","value":"[REDACTED_SECRET]"}]}"#,
            ),
            (
                r#"[{ "key" : "x-api-key", "value" : "q1" },{"name":"a","value":"b"}]"#,
                r#"[{ "key" : "x-api-key", "value" : "[REDACTED_SECRET]" },{"name":"a","value":"b"}]"#,
            ),
            (
                r#""{\\\"name\\\":\\\"dbPassword\\\",\\\"value\\\":\\\"a\\\"}""#,
                r#""{\\\"name\\\":\\\"dbPassword\\\",\\\"value\\\":\\\"[REDACTED_SECRET]\\\"}""#,
            ),
        ],
    );
    assert_kept(
        S,
        &[
            r#"{"required":["password","user"],"enum":["token", "key"]}"#,
            r#"[["token","user","id"],["a","b","c"]]"#,
            r#"[["next_token","abc"],["password",1],["author","me"],["secret",{"a":"b"}]]"#,
            r#"["password","user"]"#,
            r#"{"name":"author","value":"me"},{"key":"next_token","value":"b"}"#,
            r#"{"name":"password","type":"text"},{"value":"x"}"#,
            r#"{"title":"password","value":"x"}"#,
        ],
    );
}

#[test]
fn names_that_may_be_words() {
    assert_all(
        S,
        &[
            (
                r#"{"pass":"hunter2","user":"a"}"#,
                r#"{"pass":"[REDACTED_SECRET]","user":"a"}"#,
            ),
            (
                r#"{"smtpPass":"Tr0ub4dor&3","DB_PWD":"letmein"}"#,
                r#"{"smtpPass":"[REDACTED_SECRET]","DB_PWD":"[REDACTED_SECRET]"}"#,
            ),
            (
                r#"{"auth":"dXNlcjpwYXNz0"}"#,
                r#"{"auth":"[REDACTED_SECRET]"}"#,
            ),
            (
                r#"{"pass\u0077ord":"x","api\u005fkey":"y","a\/passwor\u0064":"z","passw\u006frd":"w"}"#,
                r#"{"pass\u0077ord":"[REDACTED_SECRET]","api\u005fkey":"[REDACTED_SECRET]","a\/passwor\u0064":"[REDACTED_SECRET]","passw\u006frd":"[REDACTED_SECRET]"}"#,
            ),
            (
                r#"{"a":"{\"p\\u0061ssword\":\"x\"}"}"#,
                r#"{"a":"{\"p\\u0061ssword\":\"[REDACTED_SECRET]\"}"}"#,
            ),
        ],
    );
    assert_kept(
        S,
        &[
            r#"{"auth":true,"pass":3,"pwd":null}"#,
            r#"{"auth":"required","auth":"oauth2","pass":"first","test_pass":"2 of 3","basicAuth":"none"}"#,
            r#"{"pwd":"/srv/ada/app1","PWD":"C:\\Users","pwd":"~/app","pwd":"."}"#,
            r#"{"compass":"north-1234","oauth":"abcdef12","bypass":"abcdef12"}"#,
            r#"{"p\u0061ssage":"x","autho\u0072":"y"}"#,
            r#"{"credentials":"include"}, {"credentials": "same-origin"}, {"credentials":"omit"}"#,
        ],
    );
    let redactor = redactor(S);
    for (name, value) in [
        ("db.password", "a"),
        ("auth", "abcdef12"),
        ("pwd", "letmein"),
    ] {
        assert!(
            redactor.hides_text(name.as_bytes(), value.as_bytes()),
            "{name}"
        );
    }
    for (name, value) in [
        ("auth", "required"),
        ("pwd", "/"),
        ("credentials", "omit"),
        ("a", "b"),
    ] {
        assert!(
            !redactor.hides_text(name.as_bytes(), value.as_bytes()),
            "{name}"
        );
    }
    assert!(redactor.hides(b"db.password"));
    assert!(!redactor.hides(b"auth"));
}

#[test]
fn webhooks_forms_and_connection_strings() {
    let key =
        "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";
    assert_all(
        S,
        &[
            (
                "https://hooks.slack.com/services/T00000000/B00000000/XXXXXXXXXXXXXXXXXXXXXXXX now",
                "https://hooks.slack.com/services/[REDACTED_SECRET] now",
            ),
            (
                r#"{"url":"https:\/\/hooks.slack.com\/services\/T0000\/B0000\/abcdef"}"#,
                r#"{"url":"https:\/\/hooks.slack.com\/services\/[REDACTED_SECRET]"}"#,
            ),
            (
                &format!("DefaultEndpointsProtocol=https;AccountName=a;AccountKey={key};EndpointSuffix=b"),
                "DefaultEndpointsProtocol=https;AccountName=a;AccountKey=[REDACTED_SECRET];EndpointSuffix=b",
            ),
            (&format!("AccountKey={key}"), "AccountKey=[REDACTED_SECRET]"),
            (
                "AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY
A=b",
                "AWS_SECRET_ACCESS_KEY=[REDACTED_SECRET]
A=b",
            ),
            (
                "client_secret=abc&grant_type=client_credentials",
                "client_secret=[REDACTED_SECRET]&grant_type=client_credentials",
            ),
            (
                r#"{"body":"password=a%20b&user=ada"}"#,
                r#"{"body":"password=[REDACTED_SECRET]&user=ada"}"#,
            ),
            (
                "postgres://app:a/b?c#d@db.example.com/main",
                "postgres://app:[REDACTED_SECRET]@db.example.com/main",
            ),
            (
                "postgres://app:1234@db and postgres://app:PASSWORD@db",
                "postgres://app:[REDACTED_SECRET]@db and postgres://app:[REDACTED_SECRET]@db",
            ),
            // The name of the user is a secret as well.
            (
                "https://ghp_0123456789abcdefghijABCDEFGHIJ012345:x-oauth-basic@github.com",
                "https://[REDACTED_SECRET]:[REDACTED_SECRET]@github.com",
            ),
            (
                "Cookie: sid=\"abc def\"; a=b\nhost: x",
                "Cookie: [REDACTED_SECRET]\nhost: x",
            ),
            (
                "Cookie: sid=\"abc\"; a=b\nhost: x",
                "Cookie: [REDACTED_SECRET]\nhost: x",
            ),
            (
                r#"{"h":"Cookie: sid=\"abc\"; a=b","c":1}"#,
                r#"{"h":"Cookie: [REDACTED_SECRET]","c":1}"#,
            ),
            (
                r#"{"a":"cookie: sid=","b":"c"}"#,
                r#"{"a":"cookie: [REDACTED_SECRET]","b":"c"}"#,
            ),
            (
                r#"curl -H "Cookie: sid=abc; a=b" https://example.com"#,
                r#"curl -H "Cookie: [REDACTED_SECRET]" https://example.com"#,
            ),
        ],
    );
    assert_kept(
        S,
        &[
            "https://hooks.slack.com/services/ and https://api.slack.com/services/T000/B000/abcdefgh",
            "see http://localhost:PORT",
            "see http://localhost:port",
            "http://localhost:3000/@vite/client and http://HOST:PORT/users/@me",
            "ssh://git@github.com:org/repo@v1",
            "AccountKey=process.env.ACCOUNT_KEY; token=a&&b==c",
            "password=hunter2",
            "const token=getToken(a)&user==b",
            "the hvs.example.com host, GOCSPX-example",
        ],
    );
}

#[test]
fn own_keys_by_equality() {
    assert_all(
        Detectors::NONE,
        &[("aZq8Kp2Vb7Nw4Xc9Lm3Rt6Ys1Df5Gh0Jkb", "a[REDACTED_SECRET]b")],
    );
    assert_kept(
        Detectors::NONE,
        &[
            "Zq8Kp2Vb7Nw4Xc9Lm3Rt6Ys1Df5Gh0J",
            "ZQ8KP2VB7NW4XC9LM3RT6YS1DF5GH0JK",
        ],
    );
}

#[test]
fn json_stays_json_where_numbers_are_replaced() {
    assert_all(
        Detectors::PERSONAL,
        &[
            (
                r#"{"card":4111111111111111, "n": 1}"#,
                r#"{"card":"[REDACTED_ACCOUNT_NUMBER]", "n": 1}"#,
            ),
            (
                r#"{"body":"{\"card\": 4111111111111111}"}"#,
                r#"{"body":"{\"card\": \"[REDACTED_ACCOUNT_NUMBER]\"}"}"#,
            ),
            (
                r#"{"a":"by card: 4111111111111111, if you can"}"#,
                r#"{"a":"by card: [REDACTED_ACCOUNT_NUMBER], if you can"}"#,
            ),
            ("4111111111111111", "[REDACTED_ACCOUNT_NUMBER]"),
        ],
    );
}

/// An element has no name whose quotes say how deep it is, and so it has no mark.
#[test]
fn elements_that_are_numbers_become_null() {
    for (text, expected) in [
        ("[1, 4111111111111111]", "[1, null]"),
        (r#"{"body":"[4111111111111111]"}"#, r#"{"body":"[null]"}"#),
        (r#"{"a":": 4111111111111111,"}"#, r#"{"a":": null,"}"#),
    ] {
        let mut counts = Redacted::default();
        let out = redactor(Detectors::PERSONAL).redact(text.as_bytes(), &mut counts);
        assert_eq!(String::from_utf8(out.unwrap()).unwrap(), expected);
        assert_eq!(counts.total(), 1);
    }
}

#[test]
fn cards_and_accounts() {
    let all = Detectors::PERSONAL;
    assert_all(
        all,
        &[
            ("pay 4242 4242 4242 4242.", "pay [REDACTED_ACCOUNT_NUMBER]."),
            ("378282246310005", "[REDACTED_ACCOUNT_NUMBER]"),
            ("5555-5555-5555-4444", "[REDACTED_ACCOUNT_NUMBER]"),
            ("2200000000000004", "[REDACTED_ACCOUNT_NUMBER]"),
            ("DE89 3704 0044 0532 0130 00!", "[REDACTED_ACCOUNT_NUMBER]!"),
            ("GB82WEST12345698765432", "[REDACTED_ACCOUNT_NUMBER]"),
            ("NO9386011117947", "[REDACTED_ACCOUNT_NUMBER]"),
        ],
    );
    assert_kept(
        all,
        &[
            "4242 4242 4242 4243",
            "0000000000000000",
            "14242424242424242424242",
            "DE89 3704 0044 0532 0130 01",
            "XX82WEST12345698765432",
            "1700000000250000000",
            "GB82WEST123456987654321",
        ],
    );
}

#[test]
fn contacts() {
    let all = Detectors::PERSONAL;
    assert_all(
        all,
        &[
            (
                "mail jane.doe+x@mail.example.co.uk, now",
                "mail [REDACTED_PRIVATE_EMAIL], now",
            ),
            ("<a@b.io>", "<[REDACTED_PRIVATE_EMAIL]>"),
            (
                r"to:\nann\u0040example.com",
                r"to:\n[REDACTED_PRIVATE_EMAIL]",
            ),
            ("josé@example.com", "[REDACTED_PRIVATE_EMAIL]"),
            (
                "call +1 (415) 555-2671 now",
                "call [REDACTED_PRIVATE_PHONE] now",
            ),
            ("+442071838750", "[REDACTED_PRIVATE_PHONE]"),
            ("phone: 030 901820 ok", "phone: [REDACTED_PRIVATE_PHONE] ok"),
        ],
    );
    assert_kept(
        all,
        &[
            "logo@2x.png @media a@b @types/node@20.1.0",
            "1+12345678 +1 +999",
            "the number 030 901820, sum = sum * z + 2147483648",
        ],
    );
}

#[test]
fn strict_detectors() {
    let all = Detectors::STRICT;
    assert_all(
        all,
        &[
            ("from 8.8.8.8:53", "from [REDACTED_PRIVATE_IP]:53"),
            ("2001:4860:4860::8888", "[REDACTED_PRIVATE_IP]"),
            ("00:1B:44:11:3A:B7", "[REDACTED_MAC_ADDRESS]"),
            ("ssn 078-05-1120", "ssn [REDACTED_ID_NUMBER]"),
            ("nhs 943 476 5919", "nhs [REDACTED_ID_NUMBER]"),
            ("cpf 111.444.777-35", "cpf [REDACTED_ID_NUMBER]"),
            ("pesel 44051401359", "pesel [REDACTED_ID_NUMBER]"),
            ("2341 2341 2346", "[REDACTED_ID_NUMBER]"),
            ("dni 12345678Z", "dni [REDACTED_ID_NUMBER]"),
            ("nie X1234567L", "nie [REDACTED_ID_NUMBER]"),
            ("RSSMRA85T10A562S", "[REDACTED_ID_NUMBER]"),
            ("nino AB123456C", "nino [REDACTED_ID_NUMBER]"),
            (
                "0x52908400098527886E0F7030069857D2E4169EE7",
                "[REDACTED_CRYPTO_ADDRESS]",
            ),
            (
                "1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2",
                "[REDACTED_CRYPTO_ADDRESS]",
            ),
            (
                "bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq",
                "[REDACTED_CRYPTO_ADDRESS]",
            ),
        ],
    );
    assert_kept(
        all,
        &[
            "10.0.0.1 127.0.0.1 192.168.1.1 172.16.0.9",
            "version 4.20.26.1, 1.2.3, 1.2.3.4.5, 256.1.1.1",
            "at 12:30:45, ::1, fe80::1, a::b::c, a::b, fed::bad, 1:2:3",
            "666-12-1234 000-12-1234 123-00-1234",
            "943 476 5918, 0123456789, {\"created\":1700000055}",
            "12345678A X1234567M RSSMRA85T10A562T AB123456C",
        ],
    );
}

#[test]
fn marks_of_the_user() {
    let rules = Rules {
        detectors: S,
        marks: vec!["<\"s\\>".into(); LABELS.len()],
        ..Rules::default()
    };
    let out = Redactor::new(rules).redact(b"{\"token\":\"x\"}", &mut Redacted::default());
    assert_eq!(out.unwrap(), b"{\"token\":\"<s>\"}");
}

#[test]
fn marks_instead_of_words() {
    let rules = Rules {
        detectors: Detectors::STRICT,
        pseudonym_key: Some(*b"0123456789abcdef"),
        allowed: vec!["support@example.com".into()],
        names: vec!["Nickname".into()],
        ..Rules::default()
    };
    let redactor = Redactor::new(rules);
    let of = |text: &str| {
        let out = redactor.redact(text.as_bytes(), &mut Redacted::default());
        out.map_or_else(|| text.to_owned(), |out| String::from_utf8(out).unwrap())
    };
    let one = of("ann@example.com");
    assert!(
        one.starts_with("[EMAIL_") && one.len() == "[EMAIL_3f9a12c4]".len(),
        "{one}"
    );
    assert_eq!(of("ann@example.com"), one);
    assert_ne!(of("bob@example.com"), one);
    assert_eq!(of("support@example.com"), "support@example.com");
    assert!(of(r#"{"nickname":"Bo"}"#).starts_with(r#"{"nickname":"[SECRET_"#));
}
