//! What every backend must keep, told once. Each promise is a function of an open store; each backend runs them all.

use jiff::Timestamp;

use super::{Access, Error, Founding, KeptSecret, Key, Keys, Location, Settings, Store, Wiped, found, open};
use crate::token::event::{Action, Event, Link};
use crate::token::name::Name;
use crate::token::query::{Cursor, Query};
use crate::token::record::{Labels, SecretInfo, Token, Type};
use crate::token::scope::Scopes;
use crate::token::secret::{Digest, Id};

/// A store in a SQLite file.
fn with_sqlite(promise: impl FnOnce(&mut dyn Store)) {
    let dir = tempfile::tempdir().unwrap();
    let location = Location::File(dir.path().join("vault.db"));
    assert!(matches!(open(&location, Access::Read), Err(Error::Absent(_))));
    assert!(found(&location, &founding()).unwrap());
    assert!(!found(&location, &founding()).unwrap(), "there is one already");
    promise(&mut *open(&location, Access::Write).unwrap());
}

fn founding() -> Founding {
    let keys = Keys { public: vec![1; 32], wrapped: vec![2; 72], salt: vec![3; 16], cost: [65536, 3, 4] };
    let event = Event { at: at(0), actor: "a@b".into(), action: Action::Init, token: None, detail: String::new() };
    Founding { settings: Settings { vault_id: vec![7; 16], keys: Some(keys) }, event, link: Link([1; 32]) }
}

fn at(ms: i64) -> Timestamp {
    Timestamp::from_millisecond(1_790_000_000_000 + ms).unwrap()
}

fn token(n: u8, created: i64) -> Token {
    Token {
        id: Id::parse(&format!("jtn_{n:012}")).unwrap(),
        name: Name::parse(&format!("token {n}")).unwrap(),
        kind: Type::Client,
        owner: "alice".into(),
        scopes: Scopes(vec!["a.b".into(), "c.*".into()]),
        labels: Labels::from([("env".into(), "production".into())]),
        description: "what it is \"for\"".into(),
        created_at: at(created),
        expires_at: Some(at(1000)),
        max_uses: Some(2),
        uses: 0,
        revoked_at: None,
        secrets: vec![SecretInfo { created_at: at(created), retires_at: None, last_used_at: None, recoverable: true }],
    }
}

fn secret(n: u8) -> KeptSecret {
    KeptSecret { digest: Digest([n; 32]), sealed: Some(vec![n; 113]) }
}

fn insert(store: &mut dyn Store, n: u8, created: i64) -> Result<(), Error> {
    let mut change = store.begin()?;
    change.insert(&token(n, created), &secret(n))?;
    change.commit()
}

#[test]
fn settings_are_what_it_was_founded_with() {
    with_sqlite(|store| assert_eq!(store.settings().unwrap(), founding().settings));
}

#[test]
fn a_token_is_found_as_it_was_put() {
    with_sqlite(|store| {
        insert(store, 1, 0).unwrap();
        let expected = token(1, 0);
        assert_eq!(store.token(Key::Name("token 1")).unwrap(), Some(expected.clone()));
        assert_eq!(store.token(Key::Id("jtn_000000000001")).unwrap(), Some(expected.clone()));
        let found = store.find(&Digest([1; 32])).unwrap().unwrap();
        assert_eq!((found.token, found.index, found.digest), (expected.clone(), 0, Digest([1; 32])));
        let kept = store.current_secret(&expected.id).unwrap().unwrap();
        assert_eq!((kept.digest, kept.sealed), (Digest([1; 32]), Some(vec![1; 113])));
        assert_eq!(store.token(Key::Name("jtn_000000000001")).unwrap(), None);
        assert!(store.find(&Digest([9; 32])).unwrap().is_none());
        let many = store.find_all(&[Digest([9; 32]), Digest([1; 32])]).unwrap();
        assert_eq!(many.iter().map(Option::is_some).collect::<Vec<_>>(), [false, true]);
    });
}

#[test]
fn what_is_not_committed_did_not_happen() {
    with_sqlite(|store| {
        let mut change = store.begin().unwrap();
        change.insert(&token(1, 0), &secret(1)).unwrap();
        assert!(change.token(Key::Name("token 1")).unwrap().is_some());
        drop(change);
        assert_eq!(store.token(Key::Name("token 1")).unwrap(), None);
        insert(store, 1, 0).unwrap();
    });
}

#[test]
fn names_ids_and_digests_are_unique() {
    with_sqlite(|store| {
        insert(store, 1, 0).unwrap();
        let same_name = Token { id: token(2, 0).id, ..token(1, 0) };
        let same_id = Token { id: token(1, 0).id, ..token(2, 0) };
        for (token, secret, what) in
            [(same_name, secret(2), "name"), (same_id, secret(2), "id"), (token(2, 0), secret(1), "secret")]
        {
            let refused = store.begin().unwrap().insert(&token, &secret);
            assert!(matches!(refused, Err(Error::Taken { what: taken }) if taken == what), "{what}: {refused:?}");
        }
    });
}

#[test]
fn pages_are_newest_first_and_miss_and_repeat_nothing() {
    with_sqlite(|store| {
        // Several of one millisecond, and one that was put last but is oldest.
        for (n, created) in [(1, 10), (2, 10), (3, 10), (4, 20), (5, 5)] {
            insert(store, n, created).unwrap();
        }
        for most in 1..=6 {
            let (mut names, mut after): (Vec<String>, Option<Cursor>) = (Vec::new(), None);
            loop {
                let page = store.page(&Query::default(), after, most).unwrap();
                assert!(page.tokens.len() <= most);
                names.extend(page.tokens.iter().map(|token| token.name.to_string()));
                after = page.next;
                if after.is_none() {
                    break;
                }
            }
            assert_eq!(names, ["token 4", "token 3", "token 2", "token 1", "token 5"], "pages of {most}");
        }
        let gone = store.page(&Query { working_at: Some(at(1000)) }, None, 10).unwrap();
        assert!(gone.tokens.is_empty() && gone.next.is_none());
    });
}

#[test]
fn names_come_in_the_order_of_their_bytes() {
    with_sqlite(|store| {
        for n in [3, 1, 2] {
            insert(store, n, 0).unwrap();
        }
        let names = |store: &mut dyn Store, after: &str, most| {
            store.names(after, most).unwrap().into_iter().map(|(name, _)| name.to_string()).collect::<Vec<_>>()
        };
        assert_eq!(names(store, "", 10), ["token 1", "token 2", "token 3"]);
        assert_eq!(names(store, "token 1", 1), ["token 2"]);
    });
}

#[test]
fn a_use_is_spent_while_there_is_one_and_the_token_works() {
    with_sqlite(|store| {
        insert(store, 1, 0).unwrap();
        let (id, digest) = (token(1, 0).id, Digest([1; 32]));
        assert!(!store.spend(&id, &digest, at(1000)).unwrap(), "it has expired by then");
        assert!(!store.spend(&id, &Digest([2; 32]), at(1)).unwrap(), "not a secret of it");
        let spent: Vec<bool> = (0..3).map(|_| store.spend(&id, &digest, at(1)).unwrap()).collect();
        assert_eq!(spent, [true, true, false]);
        let found = store.find(&digest).unwrap().unwrap().token;
        assert_eq!((found.uses, found.last_used_at()), (2, Some(at(1))));
    });
}

#[test]
fn stamps_only_go_forward() {
    with_sqlite(|store| {
        insert(store, 1, 0).unwrap();
        for (stamp, last) in [(50, 50), (40, 50), (60, 60)] {
            store.stamp(&[(Digest([1; 32]), at(stamp)), (Digest([9; 32]), at(stamp))]).unwrap();
            assert_eq!(store.find(&Digest([1; 32])).unwrap().unwrap().token.last_used_at(), Some(at(last)));
        }
    });
}

#[test]
fn what_is_removed_is_gone_with_its_secrets_and_leaves_no_trace() {
    with_sqlite(|store| {
        insert(store, 1, 0).unwrap();
        insert(store, 2, 0).unwrap();
        let mut change = store.begin().unwrap();
        change.remove(&token(1, 0).id).unwrap();
        change.commit().unwrap();
        assert_eq!(store.wipe(), Wiped::Gone);
        assert!(store.find(&Digest([1; 32])).unwrap().is_none());
        assert!(store.find(&Digest([2; 32])).unwrap().is_some());
        assert_eq!(store.wipe(), Wiped::Gone);
    });
}

#[test]
fn the_log_has_a_head() {
    with_sqlite(|store| {
        let mut change = store.begin().unwrap();
        assert_eq!(change.head().unwrap(), Some((1, Link([1; 32]))));
        let event = Event { token: Some((token(1, 0).id, "x".into())), ..founding().event };
        change.append(2, &event, &Link([2; 32])).unwrap();
        change.raise_generation().unwrap();
        change.commit().unwrap();
        assert_eq!(store.begin().unwrap().head().unwrap(), Some((2, Link([2; 32]))));
    });
}
