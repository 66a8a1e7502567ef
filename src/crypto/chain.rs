//! `link = SHA-256("jeton event 1" || previous link || seq || at || fields)`, fields being the actor, the action, the
//! token's id and name (or their absence) and the detail, each preceded by its length. Integers are 64-bit
//! big-endian, `at` is in milliseconds since 1970. The link before the first event is `SHA-256("jeton log 1" || vault
//! id)`.
//!
//! Changing, removing or inserting an event breaks every link after it. Whoever can rewrite the file can rewrite
//! all links too: only a head that was kept elsewhere holds against that.

use sha2::{Digest as _, Sha256};

use crate::token::event::{Event, Link};

/// What the first event is chained to.
pub fn root(vault_id: &[u8]) -> Link {
    Link(Sha256::new().chain_update(b"jeton log 1").chain_update(vault_id).finalize().into())
}

/// The link of an event with number `seq`.
pub fn link(previous: &Link, seq: i64, event: &Event) -> Link {
    let mut hash = Sha256::new_with_prefix(b"jeton event 1");
    hash.update(previous.0);
    hash.update(seq.to_be_bytes());
    hash.update(event.at.as_millisecond().to_be_bytes());
    let (id, name) = match &event.token {
        Some((id, name)) => (Some(id.as_str()), Some(name.as_str())),
        None => (None, None),
    };
    for field in [Some(event.actor.as_str()), Some(event.action.word()), id, name, Some(event.detail.as_str())] {
        // No field has this length, so absent and empty differ.
        hash.update(field.map_or(u64::MAX, |text| text.len() as u64).to_be_bytes());
        hash.update(field.unwrap_or_default());
    }
    Link(hash.finalize().into())
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;
    use crate::token::event::Action;
    use crate::token::secret::Id;

    #[test]
    fn every_field_counts() {
        let event = Event {
            at: Timestamp::from_millisecond(1_790_000_000_000).unwrap(),
            actor: "alice@host".into(),
            action: Action::Create,
            token: Some((Id::parse("jtn_4fzN0c1Qw9Lk").unwrap(), "web".into())),
            detail: String::new(),
        };
        let root = root(b"vault");
        let reference = link(&root, 1, &event);
        let later = Event { at: Timestamp::from_millisecond(1_790_000_000_001).unwrap(), ..event.clone() };
        let moved = Event { actor: "alice@hos".into(), detail: "t".into(), ..event.clone() };
        let nameless = Event { token: None, ..event.clone() };
        let deleted = Event { action: Action::Delete, ..event.clone() };
        for other in [later, moved, nameless, deleted] {
            assert_ne!(link(&root, 1, &other), reference);
        }
        assert_ne!(link(&root, 2, &event), reference);
        assert_ne!(link(&reference, 1, &event), reference);
        assert_eq!(link(&root, 1, &event), reference);
    }

    #[test]
    fn known_answer() {
        let Link(root) = root(b"vault");
        let hex: String = root.iter().map(|byte| format!("{byte:02x}")).collect();
        // printf 'jeton log 1vault' | sha256sum
        assert_eq!(hex, "2d3a751a82ffddb49d7f1d3a7403a0e9956bf4cfdb81c9e77c404a0f4d32db26");
    }
}
