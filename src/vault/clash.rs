//! What tokens that come in are to what is there, and to each other: new, the same, or a contradiction. Nothing is
//! changed here.

use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet};
use std::hash::Hash;

use super::Error;
use super::verify::ended_by_rotation;
use super::work::Work;
use crate::store::Key;
use crate::token::name::Name;
use crate::token::record::Token;
use crate::token::secret::{Digest, Id};
use crate::token::transfer::{Arrival, Bearer, Ends};

/// One that is there already.
#[derive(Debug)]
pub struct There {
    /// As it was to be called.
    pub name: Name,
    /// As it is.
    pub token: Token,
    pub note: Option<Note>,
}

/// What is to be said of the secret that came with a token that is there already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Note {
    /// A rotation has ended it: the token may work, this secret does not.
    Ended,
    /// No copy of it was kept, and now one is.
    Kept,
    /// No copy of it is kept, and that stays so.
    NotKept,
}

/// One that cannot come in.
#[derive(Clone, Debug)]
pub struct Clash {
    pub name: Name,
    /// Where it stands in what was read.
    pub at: String,
    /// At least one.
    pub whys: Vec<Why>,
}

#[derive(Clone, Debug, thiserror::Error)]
pub enum Why {
    #[error("another token has this name: {0}")]
    Named(Id),
    #[error("`{name}` ({id}) has this secret")]
    SecretOf { name: Name, id: Id },
    #[error("`{0}` has this id")]
    IdOf(Name),
    #[error("it is there already and differs in: {}", .0.join(", "))]
    Differs(Vec<&'static str>),
    #[error("it has the name of {0}")]
    NameTwice(String),
    #[error("it has the id of {0}")]
    IdTwice(String),
    #[error("it has the secret of {0}")]
    SecretTwice(String),
}

/// What is to be done with one of them.
pub(super) enum Fate {
    New,
    Same(Box<There>),
    Clash(Vec<Why>),
}

/// What stands twice in what was read, for each of them; told of the second.
pub(super) fn among_themselves(arrivals: &[(Arrival, Vec<Digest>)]) -> Vec<Vec<Why>> {
    fn first<K: Eq + Hash>(seen: &mut HashMap<K, usize>, key: K, index: usize) -> Option<usize> {
        match seen.entry(key) {
            Entry::Occupied(first) => Some(*first.get()),
            Entry::Vacant(place) => {
                place.insert(index);
                None
            }
        }
    }
    let (mut names, mut ids, mut secrets) = (HashMap::new(), HashMap::new(), HashMap::new());
    let mut whys = Vec::with_capacity(arrivals.len());
    for (index, (arrival, digests)) in arrivals.iter().enumerate() {
        let called = |first: usize| {
            let (first, _) = &arrivals[first];
            if first.name == arrival.name { first.at.clone() } else { format!("`{}` ({})", first.name, first.at) }
        };
        let name = first(&mut names, &arrival.name, index).map(|first| Why::NameTwice(called(first)));
        let id = arrival.id.as_ref().and_then(|id| first(&mut ids, id, index)).map(|first| Why::IdTwice(called(first)));
        let secret = digests.iter().filter_map(|digest| first(&mut secrets, digest, index)).next();
        let secret = secret.map(|first| Why::SecretTwice(called(first)));
        whys.push([name, id, secret].into_iter().flatten().collect());
    }
    whys
}

pub(super) fn clash(arrival: &Arrival, whys: Vec<Why>) -> Clash {
    Clash { name: arrival.name.clone(), at: arrival.at.clone(), whys }
}

/// `copies` tells whether the vault keeps them.
pub(super) fn fate(work: &mut Work<'_>, arrival: &Arrival, digests: &[Digest], copies: bool) -> Result<Fate, Error> {
    let same = |token, note| Fate::Same(Box::new(There { name: arrival.name.clone(), token, note }));
    let mut whys = Vec::new();
    if let Some(id) = &arrival.id
        && let Some(there) = work.change.token(Key::Id(id.as_str()))?
    {
        if arrival.own {
            let has = work.change.digests(id)?;
            let differing = different(&there, &has, arrival, digests);
            if !differing.is_empty() {
                return Ok(Fate::Clash(vec![Why::Differs(differing)]));
            }
            // Whoever exported the secret had a copy of it.
            let brought = arrival.keys.iter().zip(digests).filter(|(key, _)| key.secret.is_some());
            let brought: HashSet<_> = brought.map(|(_, digest)| digest).collect();
            let mut has = there.secrets.iter().zip(&has);
            let lacks = has.any(|(secret, digest)| !secret.recoverable && brought.contains(digest));
            return Ok(same(there, (copies && lacks).then_some(Note::Kept)));
        }
        whys.push(Why::IdOf(there.name));
    }
    for digest in digests {
        if let Some(found) = work.change.find(digest)? {
            if !arrival.own {
                let ended = ended_by_rotation(&found, work.moment.now).is_some();
                let lacks = found.token.secrets.get(found.index).is_some_and(|secret| !secret.recoverable);
                let brought = arrival.keys.iter().any(|key| key.secret.is_some());
                let note = match ended {
                    true => Some(Note::Ended),
                    // Nobody knows whether it came as a digest or is one that is to be shown once.
                    false => (copies && lacks && brought).then_some(Note::NotKept),
                };
                return Ok(same(found.token, note));
            }
            whys.push(Why::SecretOf { name: found.token.name, id: found.token.id });
        }
    }
    if let Some(there) = work.change.token(Key::Name(arrival.name.as_str()))? {
        whys.push(Why::Named(there.id));
    }
    Ok(if whys.is_empty() { Fate::New } else { Fate::Clash(whys) })
}

/// In what a token that is there differs from one that comes in. Its uses are not among that: whoever goes on using it
/// makes no other token of it.
fn different(there: &Token, has: &[Digest], arrival: &Arrival, digests: &[Digest]) -> Vec<&'static str> {
    let created_at = arrival.created_at.unwrap_or(there.created_at);
    let mut held: Vec<_> =
        there.secrets.iter().zip(has).map(|(secret, digest)| (*digest, secret.created_at, secret.retires_at)).collect();
    let brings = |(key, digest): (&Bearer, &Digest)| (*digest, key.created_at.unwrap_or(created_at), key.retires_at);
    let mut brought: Vec<_> = arrival.keys.iter().zip(digests).map(brings).collect();
    held.sort();
    brought.sort();
    let fields = [
        ("name", there.name != arrival.name),
        ("type", there.kind != arrival.kind),
        ("owner", there.owner != arrival.owner),
        ("scopes", there.scopes != arrival.scopes),
        ("labels", there.labels != arrival.labels),
        ("description", there.description != arrival.description),
        ("creation", there.created_at != created_at),
        ("expiry", arrival.ends != Ends::At(there.expires_at)),
        ("max uses", there.max_uses != arrival.max_uses),
        ("revocation", there.revoked_at != arrival.revoked_at),
        ("secrets", held != brought),
    ];
    fields.into_iter().filter_map(|(field, different)| different.then_some(field)).collect()
}
