//! What every backend must keep, told once. Each promise is a function of an open store; each backend runs them all.

mod whole;

use jiff::Timestamp;

use super::{
    Access, Durable, Error, Founding, KeptSecret, Key, Keys, Location, Settings, Spending, Stamp, Store, Whole, Wiped,
    found, open,
};
use crate::token::event::{Action, Entry, Event, Head, Link};
use crate::token::label::Labels;
use crate::token::name::Name;
use crate::token::order::{By, Cursor, Order};
use crate::token::query::{Filter, Query};
use crate::token::record::{SecretInfo, Token, Type};
use crate::token::scope::Grant;
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
    let settings = Settings { vault_id: vec![7; 16], keys: Some(keys), ..Settings::default() };
    Founding { settings, event, link: Link([1; 32]) }
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
        scopes: ["a.b", "c.*"].into_iter().map(|grant| Grant::parse(grant).unwrap()).collect(),
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
    let mut change = store.begin(Durable::Power)?;
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
        let mut change = store.begin(Durable::Power).unwrap();
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
            let refused = store.begin(Durable::Power).unwrap().insert(&token, &secret);
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
                let page = store.page(&Query::default(), &Order::default(), after.as_ref(), most).unwrap();
                assert!(page.tokens.len() <= most);
                names.extend(page.tokens.iter().map(|token| token.name.to_string()));
                after = page.next;
                if after.is_none() {
                    break;
                }
            }
            assert_eq!(names, ["token 4", "token 3", "token 2", "token 1", "token 5"], "pages of {most}");
        }
        let gone = store.page(&Query::working(at(1000)), &Order::default(), None, 10).unwrap();
        assert!(gone.tokens.is_empty() && gone.next.is_none());
    });
}

#[test]
fn a_list_goes_on_where_it_was_while_tokens_come_and_go() {
    for by in By::ALL {
        for reverse in [false, true] {
            with_sqlite(|store| {
                for n in 1..=6 {
                    insert(store, n, i64::from(n)).unwrap();
                }
                let order = Order { by, reverse, at: at(0), ..Order::default() };
                let numbers = |tokens: &[Token]| -> Vec<u8> {
                    tokens.iter().map(|token| token.name.as_str()[6..].parse().unwrap()).collect()
                };
                let first = store.page(&Query::default(), &order, None, 2).unwrap();
                let told = numbers(&first.tokens);
                // Of the four to come, one goes, one changes its owner and its end, and two stay.
                let mut rest: Vec<u8> = (1..=6).filter(|n| !told.contains(n)).collect();
                let mut change = store.begin(Durable::Power).unwrap();
                change.remove(&token(rest.remove(0), 0).id).unwrap();
                let other = rest.remove(0);
                let changed = token(other, i64::from(other));
                change.update(&Token { owner: "zoe".into(), expires_at: None, ..changed }).unwrap();
                change.insert(&token(7, 7), &secret(7)).unwrap();
                // The one that was told last goes too: its place stays.
                change.remove(&token(told[1], 0).id).unwrap();
                change.commit().unwrap();
                let (mut seen, mut after) = (told, first.next);
                while let Some(cursor) = after {
                    let page = store.page(&Query::default(), &order, Some(&cursor), 2).unwrap();
                    seen.extend(numbers(&page.tokens));
                    after = page.next;
                }
                let mut once = seen.clone();
                once.sort_unstable();
                once.dedup();
                assert_eq!(once.len(), seen.len(), "{by:?}, {reverse}: {seen:?}");
                assert!(rest.iter().all(|n| seen.contains(n)), "{by:?}, {reverse}: {seen:?}");
            });
        }
    }
}

#[test]
fn a_limit_counts_over_all_pages() {
    with_sqlite(|store| {
        for n in 1..=9 {
            insert(store, n, 0).unwrap();
        }
        for by in By::ALL {
            for limit in 1..=10 {
                let order = Order { by, limit: Some(limit), ..Order::default() };
                let (mut sizes, mut after) = (Vec::new(), None::<Cursor>);
                loop {
                    let page = store.page(&Query::default(), &order, after.as_ref(), 4).unwrap();
                    sizes.push(page.tokens.len());
                    after = page.next;
                    if after.is_none() {
                        break;
                    }
                }
                assert_eq!(sizes.iter().sum::<usize>(), limit.min(9), "{by:?} {limit}");
                assert!(limit > 9 || sizes.len() == limit.div_ceil(4), "{by:?} {limit}: none is empty, {sizes:?}");
            }
        }
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
fn a_token_goes_in_whole_and_comes_out_whole() {
    with_sqlite(|store| {
        let info = |created, retires, used| SecretInfo {
            created_at: at(created),
            retires_at: retires,
            last_used_at: used,
            recoverable: true,
        };
        // The current one stands last, whatever the clock said when it was made; equals stand by their digests.
        let secrets = vec![info(5, Some(at(9)), Some(at(7))), info(5, Some(at(9)), None), info(2, None, Some(at(12)))];
        let moved = Token { uses: 2, revoked_at: Some(at(8)), secrets, ..token(2, 5) };
        let whole = Whole { token: moved.clone(), kept: vec![secret(7), secret(8), secret(3)] };
        let mut change = store.begin(Durable::Power).unwrap();
        change.insert_whole(&whole).unwrap();
        change.insert(&token(1, 0), &KeptSecret { sealed: None, ..secret(1) }).unwrap();
        change.commit().unwrap();
        for (taken, what) in [
            (Whole { token: Token { name: token(3, 0).name, ..token(2, 0) }, kept: vec![secret(9)] }, "id"),
            (Whole { token: token(3, 0), kept: vec![secret(8)] }, "secret"),
        ] {
            let refused = store.begin(Durable::Power).unwrap().insert_whole(&taken);
            assert!(matches!(refused, Err(Error::Taken { what: taken }) if taken == what), "{what}: {refused:?}");
        }

        let wholes = store.wholes("", 10).unwrap();
        let tokens: Vec<_> = wholes.iter().map(|whole| &whole.token).collect();
        let mut first = token(1, 0);
        first.secrets[0].recoverable = false;
        assert_eq!(tokens, [&first, &moved]);
        let kept: Vec<_> = wholes[1].kept.iter().map(|kept| (kept.digest.0[0], kept.sealed.is_some())).collect();
        assert_eq!(kept, [(7, true), (8, true), (3, true)]);
        assert!(wholes[0].kept[0].sealed.is_none());
        assert_eq!(store.token(Key::Name("token 2")).unwrap(), Some(moved));
        let names = |wholes: Vec<Whole>| wholes.into_iter().map(|it| it.token.name.to_string()).collect::<Vec<_>>();
        assert_eq!(names(store.wholes("token 1", 10).unwrap()), ["token 2"]);
        assert_eq!(names(store.wholes("", 1).unwrap()), ["token 1"]);
        assert!(store.wholes("token 2", 10).unwrap().is_empty());
    });
}

#[test]
fn a_use_is_spent_while_there_is_one_and_the_token_works() {
    with_sqlite(|store| {
        insert(store, 1, 0).unwrap();
        let (id, digest) = (token(1, 0).id, Digest([1; 32]));
        let spending = |digest: Digest, ms| Spending { id: id.clone(), digest, at: at(ms), stamped: true };
        assert_eq!(store.spend(&[spending(digest, 1000)]).unwrap(), [None], "it has expired by then");
        assert_eq!(store.spend(&[spending(Digest([2; 32]), 1)]).unwrap(), [None], "not a secret of it");
        assert_eq!(store.spend(&[spending(digest, 1)]).unwrap(), [Some(1)]);
        assert_eq!(store.spend(&[spending(digest, 1), spending(digest, 1)]).unwrap(), [Some(2), None]);
        let found = store.find(&digest).unwrap().unwrap().token;
        assert_eq!((found.uses, found.last_used_at()), (2, Some(at(1))));
        insert(store, 2, 0).unwrap();
        let unstamped = Spending { id: token(2, 0).id, digest: Digest([2; 32]), at: at(1), stamped: false };
        assert_eq!(store.spend(&[unstamped]).unwrap(), [Some(1)]);
        assert_eq!(store.find(&Digest([2; 32])).unwrap().unwrap().token.last_used_at(), None);
    });
}

#[test]
fn stamps_only_go_forward() {
    with_sqlite(|store| {
        insert(store, 1, 0).unwrap();
        for (stamp, last) in [(50, 50), (40, 50), (60, 60)] {
            let place = store.find(&Digest([1; 32])).unwrap().unwrap().place;
            let stamp = |place, digest| Stamp { place, digest: Digest([digest; 32]), at: at(stamp) };
            store.stamp(&[stamp(place, 1), stamp(place, 9), stamp(place + 1, 1)]).unwrap();
            assert_eq!(store.find(&Digest([1; 32])).unwrap().unwrap().token.last_used_at(), Some(at(last)));
        }
    });
}

#[test]
fn what_is_removed_is_gone_with_its_secrets_and_leaves_no_trace() {
    with_sqlite(|store| {
        insert(store, 1, 0).unwrap();
        insert(store, 2, 0).unwrap();
        let mut change = store.begin(Durable::Power).unwrap();
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
        let mut change = store.begin(Durable::Power).unwrap();
        assert_eq!(change.head().unwrap(), Some(Head { seq: 1, link: Link([1; 32]) }));
        let event = Event { token: Some((token(1, 0).id, "x".into())), ..founding().event };
        change.append(&[Entry { seq: 2, event: event.clone(), link: Link([2; 32]) }]).unwrap();
        change.raise_generation().unwrap();
        change.commit().unwrap();
        assert_eq!(store.head().unwrap(), Some(Head { seq: 2, link: Link([2; 32]) }));
        let entries = store.events(0, 10).unwrap();
        assert_eq!(entries[0], Entry { seq: 1, event: founding().event, link: Link([1; 32]) });
        assert_eq!(entries[1], Entry { seq: 2, event, link: Link([2; 32]) });
        assert_eq!(store.events(1, 10).unwrap(), entries[1..]);
        assert_eq!(store.events(0, 1).unwrap(), entries[..1]);
    });
}

#[test]
fn a_change_writes_what_can_change_and_no_uses() {
    with_sqlite(|store| {
        insert(store, 1, 0).unwrap();
        insert(store, 2, 0).unwrap();
        let spending = Spending { id: token(1, 0).id, digest: Digest([1; 32]), at: at(1), stamped: true };
        assert_eq!(store.spend(&[spending]).unwrap(), [Some(1)]);
        let edited = Token {
            name: Name::parse("other").unwrap(),
            kind: Type::Admin,
            owner: "bob".into(),
            scopes: Default::default(),
            labels: Labels::new(),
            description: String::new(),
            expires_at: None,
            max_uses: None,
            revoked_at: Some(at(7)),
            ..token(1, 0)
        };
        let mut change = store.begin(Durable::Power).unwrap();
        change.update(&edited).unwrap();
        let taken = Token { name: token(2, 0).name, ..edited.clone() };
        assert!(matches!(change.update(&taken), Err(Error::Taken { what: "name" })));
        change.commit().unwrap();
        let found = store.token(Key::Name("other")).unwrap().unwrap();
        assert_eq!(Token { uses: 0, secrets: edited.secrets.clone(), ..found.clone() }, edited);
        assert_eq!(found.uses, 1);
    });
}

#[test]
fn a_token_can_have_several_secrets_and_one_of_them_is_current() {
    with_sqlite(|store| {
        insert(store, 1, 100).unwrap();
        let id = token(1, 100).id;
        let mut change = store.begin(Durable::Power).unwrap();
        change.retire(&Digest([1; 32]), Some(at(500))).unwrap();
        // Made before the first by a clock that was set back, and still the current one.
        change.add_secret(&id, &KeptSecret { digest: Digest([2; 32]), sealed: None }, at(50)).unwrap();
        assert_eq!(change.digests(&id).unwrap(), [Digest([1; 32]), Digest([2; 32])]);
        change.commit().unwrap();
        let found = store.find(&Digest([1; 32])).unwrap().unwrap();
        assert_eq!((found.index, found.token.secrets.len()), (0, 2));
        assert_eq!(found.token.secrets[0].retires_at, Some(at(500)));
        assert_eq!(store.find(&Digest([2; 32])).unwrap().unwrap().index, 1);
        assert_eq!(store.current_secret(&id).unwrap().unwrap().digest, Digest([2; 32]));

        let mut change = store.begin(Durable::Power).unwrap();
        change.remove_secret(&Digest([2; 32])).unwrap();
        change.retire(&Digest([1; 32]), None).unwrap();
        change.commit().unwrap();
        assert!(store.find(&Digest([2; 32])).unwrap().is_none());
        assert!(store.current_secret(&id).unwrap().unwrap().sealed.is_some());

        let mut change = store.begin(Durable::Power).unwrap();
        change.forget(&id).unwrap();
        change.commit().unwrap();
        assert_eq!(store.wipe(), Wiped::Gone);
        assert!(store.current_secret(&id).unwrap().unwrap().sealed.is_none());
        assert!(!store.find(&Digest([1; 32])).unwrap().unwrap().token.recoverable());
    });
}

#[test]
fn a_page_holds_what_matches_and_owners_have_an_index() {
    with_sqlite(|store| {
        let mut change = store.begin(Durable::Power).unwrap();
        for n in 1..=9 {
            let owner = if n % 3 == 0 { "bob" } else { "alice" }.to_owned();
            let kind = if n % 2 == 0 { Type::Session } else { Type::Client };
            change.insert(&Token { owner, kind, ..token(n, i64::from(n)) }, &secret(n)).unwrap();
        }
        assert_eq!(change.working("alice", at(10)).unwrap(), 3, "1, 5 and 7; 2, 4 and 8 are sessions");
        assert_eq!(change.working("alice", at(1000)).unwrap(), 0);
        change.commit().unwrap();
        let mut names = |query: &Query| {
            let (mut names, mut after) = (Vec::new(), None::<Cursor>);
            loop {
                let page = store.page(query, &Order::default(), after.as_ref(), 2).unwrap();
                names.extend(page.tokens.iter().map(|token| token.name.as_str()[6..].to_owned()));
                after = page.next;
                if after.is_none() {
                    return names.concat();
                }
            }
        };
        let bobs = Filter { owner: Some("bob".into()), ..Filter::default() };
        let clients = Filter { types: vec![Type::Client], ..Filter::default() };
        let both = Filter { owner: Some("bob".into()), types: vec![Type::Client], ..Filter::default() };
        assert_eq!(names(&Query { filter: bobs, ..Query::default() }), "963");
        assert_eq!(names(&Query { filter: clients, ..Query::default() }), "97531");
        assert_eq!(names(&Query { filter: both, ..Query::default() }), "93");
        assert_eq!(names(&Query { created_before: Some(at(3)), ..Query::default() }), "21");
    });
}

#[test]
fn names_are_numbered_from_the_highest() {
    with_sqlite(|store| {
        let mut change = store.begin(Durable::Power).unwrap();
        assert_eq!(change.last_number("s-").unwrap(), 0);
        for (n, name) in [(1, "s-2"), (2, "s-10"), (3, "s-9"), (4, "s-x"), (5, "s-+77"), (6, "s-1 b"), (7, "t-99")] {
            change.insert(&Token { name: Name::parse(name).unwrap(), ..token(n, 0) }, &secret(n)).unwrap();
        }
        assert_eq!(change.last_number("s-").unwrap(), 10);
    });
}

#[test]
fn the_policy_is_kept_as_words() {
    with_sqlite(|store| {
        let mut change = store.begin(Durable::Power).unwrap();
        change.set_policy("a", Some("1")).unwrap();
        change.set_policy("b", Some("2")).unwrap();
        change.set_policy("a", Some("3")).unwrap();
        change.set_policy("b", None).unwrap();
        change.set_policy("c", None).unwrap();
        assert_eq!(change.settings().unwrap().policy.len(), 1);
        change.commit().unwrap();
        assert_eq!(store.settings().unwrap().policy["a"], "3");
        assert_eq!(store.settings().unwrap().keys, founding().settings.keys);
    });
}

#[test]
fn copies_come_page_by_page_those_of_old_secrets_too() {
    with_sqlite(|store| {
        (1..=3).for_each(|n| insert(store, n, 0).unwrap());
        let mut change = store.begin(Durable::Power).unwrap();
        change.forget(&token(2, 0).id).unwrap();
        change.retire(&Digest([3; 32]), Some(at(1))).unwrap();
        change.add_secret(&token(3, 0).id, &secret(0), at(1)).unwrap();
        change.commit().unwrap();
        for most in 1..=4 {
            let (mut copies, mut after) = (Vec::new(), None);
            loop {
                let page = store.copies(after, most).unwrap();
                assert!(page.len() <= most);
                let Some(last) = page.last() else { break };
                after = Some(last.place);
                copies.extend(page.into_iter().map(|copy| (copy.id.to_string(), copy.place.1.0[0], copy.sealed[0])));
            }
            let (first, third) = (token(1, 0).id.to_string(), token(3, 0).id.to_string());
            assert_eq!(copies, [(first, 1, 1), (third.clone(), 0, 0), (third, 3, 3)], "pages of {most}");
        }
    });
}

#[test]
fn a_sound_store_finds_nothing_wrong_with_itself() {
    with_sqlite(|store| {
        insert(store, 1, 0).unwrap();
        assert_eq!(store.integrity().unwrap(), [""; 0]);
        assert_eq!(store.schema().unwrap(), []);
    });
}

#[test]
fn a_deletion_that_is_not_wiped_is_known() {
    with_sqlite(|store| {
        insert(store, 1, 0).unwrap();
        assert!(!store.unwiped().unwrap());
        let mut change = store.begin(Durable::Power).unwrap();
        change.remove(&token(1, 0).id).unwrap();
        change.commit().unwrap();
        assert!(store.unwiped().unwrap());
        assert_eq!(store.wipe(), Wiped::Gone);
        assert!(!store.unwiped().unwrap());
    });
}
