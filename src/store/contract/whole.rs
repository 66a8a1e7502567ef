//! What holds of a store as a whole: what is in it, its keys, a copy of it, its size.

use std::os::unix::fs::PermissionsExt;

use super::*;
use crate::token::stock::Stock;

#[test]
fn the_stock_is_what_there_is_with_the_status_of_the_time() {
    with_sqlite(|store| {
        let mut change = store.begin(Durable::Power).unwrap();
        let revoked = Token { revoked_at: Some(at(5)), ..token(2, 0) };
        let used_up = Token { uses: 2, ..token(3, 0) };
        let endless = Token { expires_at: None, max_uses: None, ..token(4, 0) };
        let spent_for_ever = Token { expires_at: None, uses: 7, ..token(5, 0) };
        for (n, token) in [(1, token(1, 0)), (2, revoked), (3, used_up), (4, endless), (5, spent_for_ever)] {
            change.insert(&token, &secret(n)).unwrap();
        }
        change.retire(&Digest([4; 32]), Some(at(500))).unwrap();
        change.add_secret(&token(4, 0).id, &KeptSecret { digest: Digest([9; 32]), sealed: None }, at(1)).unwrap();
        let event = Event { at: at(3), ..founding().event };
        change.append(&[Entry { seq: 2, event, link: Link([2; 32]) }]).unwrap();
        change.raise_generation().unwrap();
        change.commit().unwrap();
        let stock = Stock {
            format: 1,
            active: 2,
            expired: 0,
            revoked: 1,
            used_up: 2,
            secrets: 6,
            copies: 5,
            events: 2,
            made_at: Some(at(0)),
            head: Some(Head { seq: 2, link: Link([2; 32]) }),
            generation: 1,
        };
        assert_eq!(store.stock(at(999)).unwrap(), stock);
        assert_eq!(stock.tokens(), 5);
        // All but those without an end, whether used up or not; a revoked one stays revoked.
        assert_eq!(store.stock(at(1000)).unwrap(), Stock { active: 1, expired: 2, used_up: 1, ..stock });
        assert_eq!(store.integrity().unwrap(), [""; 0]);
    });
}

#[test]
fn keys_are_replaced_removed_and_put_where_none_are() {
    with_sqlite(|store| {
        let other = Keys { public: vec![4; 32], wrapped: vec![5; 72], salt: vec![6; 16], cost: [1, 2, 3] };
        for keys in [Some(&other), None, Some(&other)] {
            let mut change = store.begin(Durable::Power).unwrap();
            change.set_keys(keys).unwrap();
            assert_eq!(change.settings().unwrap().keys.as_ref(), keys);
            change.commit().unwrap();
            assert_eq!(store.wipe(), Wiped::Gone);
            assert_eq!(store.settings().unwrap().keys.as_ref(), keys);
        }
        assert_eq!(store.settings().unwrap().vault_id, founding().settings.vault_id);
    });
}

#[test]
fn all_copies_can_be_dropped_and_the_tokens_stay() {
    with_sqlite(|store| {
        for n in 1..=3 {
            insert(store, n, 0).unwrap();
        }
        let forget_all = |store: &mut dyn Store| {
            let mut change = store.begin(Durable::Power).unwrap();
            let dropped = change.forget_all().unwrap();
            change.commit().unwrap();
            assert_eq!(store.wipe(), Wiped::Gone);
            dropped
        };
        assert_eq!((forget_all(store), forget_all(store)), (3, 0));
        let stock = store.stock(at(0)).unwrap();
        assert_eq!((stock.secrets, stock.copies, stock.active), (3, 0, 3));
        assert!(store.find(&Digest([2; 32])).unwrap().is_some());
    });
}

#[test]
fn a_copy_is_kept_where_there_is_none() {
    with_sqlite(|store| {
        insert(store, 1, 0).unwrap();
        insert(store, 2, 0).unwrap();
        let mut change = store.begin(Durable::Power).unwrap();
        change.forget(&token(1, 0).id).unwrap();
        for n in 1..=2 {
            change.keep_copy(&Digest([n; 32]), &[9; 113]).unwrap();
        }
        change.commit().unwrap();
        let mut sealed = |n| store.current_secret(&token(n, 0).id).unwrap().unwrap().sealed.unwrap();
        assert_eq!((sealed(1), sealed(2)), (vec![9; 113], vec![2; 113]));
    });
}

#[test]
fn a_copy_holds_what_there_was_and_not_what_came_after() {
    with_sqlite(|store| {
        insert(store, 1, 0).unwrap();
        let dir = tempfile::tempdir().unwrap();
        let place = dir.path().join("copy.db");
        let location = Location::File(place.clone());
        assert!(matches!(store.copy_to(&location, at(0)), Err(Error::Copy { .. })), "there is no file to fill");
        let file = std::fs::File::create(&place).unwrap();
        file.set_permissions(PermissionsExt::from_mode(0o600)).unwrap();
        // The second time it is not empty any more.
        for _ in 0..2 {
            assert_eq!(store.copy_to(&location, at(0)).unwrap(), store.stock(at(0)).unwrap());
            assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 1, "nothing lies beside it");
        }
        let mut alone = open(&location, Access::Alone).unwrap();
        for _ in 0..9 {
            assert_eq!(alone.stock(at(0)).unwrap().active, 1);
            assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 1, "not however often it is looked at");
        }
        insert(store, 2, 0).unwrap();
        let mut copy = open(&location, Access::Write).unwrap();
        assert_eq!((copy.stock(at(0)).unwrap().active, copy.integrity().unwrap()), (1, vec![]));
        assert_eq!(copy.settings().unwrap(), founding().settings);
        // It is a vault in which one can write.
        insert(&mut *copy, 3, 0).unwrap();
        assert!(store.find(&Digest([3; 32])).unwrap().is_none());
    });
}

#[test]
fn compacting_keeps_what_there_is_and_gives_room_back() {
    with_sqlite(|store| {
        let mut change = store.begin(Durable::Power).unwrap();
        for n in 1..=200 {
            change.insert(&token(n, 0), &secret(n)).unwrap();
        }
        for n in 2..=200 {
            change.remove(&token(n, 0).id).unwrap();
        }
        change.commit().unwrap();
        let (stock, before) = (store.stock(at(0)).unwrap(), store.size().unwrap());
        store.compact().unwrap();
        let after = store.size().unwrap();
        assert!(after.file < before.file + before.log && after.log == 0, "{before:?} -> {after:?}");
        assert_eq!(store.stock(at(0)).unwrap(), stock);
        // What was deleted is wiped with it, and nothing is left to do.
        assert_eq!(store.wipe(), Wiped::Gone);
        assert_eq!(store.size().unwrap(), after);
    });
}
