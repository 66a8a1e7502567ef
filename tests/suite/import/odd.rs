//! What nobody should bring: too much, too deep, not text, not anything. It is answered, and nothing is made of it.

use std::io::Read;

use jeton::token::exit::Exit;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::json;

use super::{fixture, import, refused};
use crate::support::home::Home;

#[test]
fn what_is_nothing_that_can_be_imported_is_said_so() {
    for (text, why) in [
        ("", "stdin: it is empty"),
        ("\u{feff} \r\n", "stdin: it is empty"),
        ("hunter2hunter2hunter2", "stdin: it is nothing that jeton can import"),
        ("# only a remark\n", "stdin: it is nothing that jeton can import"),
        ("name,secret\nweb,hunter2hunter2hunter2\n", "stdin: it is nothing that jeton can import"),
        ("{}", "stdin: it is JSON, and nothing that jeton can import"),
        ("[1,2]", "stdin: it is JSON, and nothing that jeton can import"),
        ("[{\"a\":1}]", "stdin: it is JSON, and nothing that jeton can import"),
        ("{\"tokens\":\"hunter2hunter2hunter2\"}", "stdin: it is JSON, and nothing that jeton can import"),
        ("{\"data\":{\"name\":\"x\"}}", "stdin: it is JSON, and nothing that jeton can import"),
        ("{\"a\":1", "stdin: it is no JSON (line 1, column 6)"),
        ("{\"a\":\n hunter2hunter2hunter2}", "stdin: it is no JSON (line 2, column 2)"),
        ("[]\n[]\n", "stdin: it is no JSON (line 2, column 1)"),
        ("{\"tokens\":[{\"tokenName\":\"a\",\"secret\":1e999}]}", "stdin: it is no JSON (line 1, column 42)"),
    ] {
        refused(text, why);
    }
}

#[test]
fn what_is_no_text_is_said_so() {
    let utf16: Vec<u8> = "A=k7Jq2LmX9vBt4WzR".encode_utf16().flat_map(u16::to_le_bytes).collect();
    for bytes in [&[0xff, 0xfe][..], &[&[0xff, 0xfe][..], &utf16].concat(), b"A=\xc3(", &[0x80; 100]] {
        refused(bytes, "stdin: it is not UTF-8");
    }
    refused(b"SQLite format 3\0\x10\0\x01\x01\0", "stdin: it is a vault or another database, not an export of one");
    refused([0; 100], "stdin: it is nothing that jeton can import");
    refused(utf16, "stdin: it is nothing that jeton can import");
}

#[test]
fn however_deep_it_nests_it_is_answered() {
    let deep = |open: &str, close: &str, depth| format!("{}{}", open.repeat(depth), close.repeat(depth));
    for depth in [17, 127, 128, 10_000, 500_000] {
        for inner in [deep("[", "]", depth), deep("{\"a\":", "}", depth).replace(":}", ":1}"), "[".repeat(depth)] {
            for text in [
                inner.clone(),
                format!("{{\"tokens\":[{{\"secret\":{inner}}}]}}"),
                format!("{{\"x\":{inner},\"list\":[]}}"),
            ] {
                let ran = import(&Home::new(), &[], text).prints("");
                assert!(matches!(ran.exit, Exit::Usage | Exit::Done), "{}", ran.err);
            }
        }
    }
    // What nobody asks for may be of any depth in any but the first.
    let second = format!(
        "[{{\"name\":\"a\",\"sha256\":\"{}\"}},{{\"name\":\"b\",\"x\":{}}}]",
        "ab".repeat(32),
        deep("[", "]", 50)
    );
    import(&Home::new(), &[], second).exits(Exit::Usage).says("it nests too deep (line 1, column ");
}

#[test]
fn too_much_is_refused_and_not_held() {
    /// Variables without end.
    struct Endless;
    impl Read for Endless {
        fn read(&mut self, bytes: &mut [u8]) -> std::io::Result<usize> {
            bytes.fill(b'\n');
            Ok(bytes.len())
        }
    }
    let home = Home::new();
    home.jeton(["import", "-"]).stdin_from(Endless).run().exits(Exit::Usage).says("stdin: it is longer than 256 MiB\n");
}

#[test]
fn a_stream_that_fails_is_told() {
    struct Broken;
    impl Read for Broken {
        fn read(&mut self, _: &mut [u8]) -> std::io::Result<usize> {
            Err(std::io::ErrorKind::ConnectionReset.into())
        }
    }
    let home = Home::new();
    home.jeton(["import", "-"]).stdin_from(Broken).run().exits(Exit::Usage).says("error: stdin: connection reset\n");
}

#[test]
fn a_file_cut_anywhere_or_changed_anywhere_is_answered_and_never_half_done() {
    let texts = ["unleash.json", "nocodb.json", "w3ipfs.json", "dotenv", "digests.csv"].map(fixture);
    let mut runner = TestRunner::new(Config { cases: 300, failure_persistence: None, ..Config::default() });
    let case = (0..texts.len(), any::<prop::sample::Index>(), prop::option::of(any::<u8>()));
    let outcome = runner.run(&case, |(which, at, instead)| {
        let mut bytes = texts[which].clone().into_bytes();
        let at = at.index(bytes.len());
        match instead {
            None => bytes.truncate(at),
            Some(byte) => bytes[at] = byte,
        }
        let home = Home::new();
        let ran = import(&home, &["--dry-run", "--json"], &bytes);
        prop_assert!(matches!(ran.exit, Exit::Done | Exit::Usage | Exit::Exists), "{:?} {}", ran.exit, ran.err);
        prop_assert!(!home.path("data").exists());
        for secret in ["51Hq2mXJtYv8RkPz", "56d7e1c4a09b83f2", "V1StGXR8_Z5jdHi6", "s8Xk2LqV0nRz5Hty"] {
            prop_assert!(!ran.out.contains(secret) && !ran.err.contains(secret));
        }
        Ok(())
    });
    outcome.unwrap();
}

#[test]
fn twenty_thousand_come_in_at_once() {
    let token = |n: usize| {
        json!({"id": format!("jtn_{n:012}"), "name": format!("t{n}"), "type": "client", "owner": "a", "scopes": [],
               "labels": {}, "description": "", "created_at": "2026-01-01T00:00:00.000Z", "expires_at": null,
               "max_uses": null, "uses": 0, "revoked_at": null,
               "secrets": [{"digest": format!("{n:064x}"), "created_at": "2026-01-01T00:00:00.000Z", "retires_at": null,
                            "last_used_at": null}]})
        .to_string()
    };
    let tokens: Vec<_> = (0..20_000).map(token).collect();
    let text = format!("{{\"format\":\"jeton-export-1\",\"tokens\":[{}]}}", tokens.join(","));
    let home = Home::with(&[]);
    import(&home, &[], &text).exits(Exit::Done).says("20000 new, 0 same");
    import(&home, &[], &text).exits(Exit::Done).says("0 new, 20000 same");
    assert_eq!(home.sql::<i64>("SELECT count(*) FROM event WHERE action = 'import'"), 20_000);
}
