//! What a caller may do, by its own token. An admin may do everything. Anybody else finds no way up: it sees every token
//! but the admin ones, changes those all of whose scopes it covers, and neither makes nor gets hold of a token that
//! could do more, live longer or be used more often than its own. It is asked inside the transaction of each change.

use jiff::Timestamp;

use super::Error;
use crate::token::label::{Labels, PUBLIC_HALF};
use crate::token::query::Query;
use crate::token::record::{Token, Type};
use crate::token::request::Request;
use crate::token::scope::Grant;

/// See the head of this file.
#[derive(Clone, Debug)]
pub enum Authority {
    Admin,
    /// No more than this token, which is no admin's.
    Bounded(Box<Token>),
}

/// In what a token would be beyond the one that asks.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Beyond {
    #[error("the caller's own token does not cover the scope `{0}`")]
    Scope(Grant),
    #[error("the type {} is above the caller's own", .0.word())]
    Type(Type),
    #[error("the owner is not the caller's own")]
    Owner,
    #[error("the label `{0}` is not as the caller's own token has it")]
    Label(String),
    #[error("the token would outlive the caller's own")]
    Life,
    #[error("the token could be used more often than the caller's own")]
    Uses,
}

/// What each type may make: its own and those before it.
fn rank(kind: Type) -> u8 {
    match kind {
        Type::Session => 0,
        Type::Client => 1,
        Type::Admin => 2,
    }
}

impl Authority {
    /// That of whoever presents this token.
    pub fn of(token: &Token) -> Authority {
        match token.kind {
            Type::Admin => Authority::Admin,
            Type::Client | Type::Session => Authority::Bounded(Box::new(token.clone())),
        }
    }

    pub fn sees(&self, token: &Token) -> bool {
        matches!(self, Authority::Admin) || token.kind != Type::Admin
    }

    /// Asks for nothing that is not to be seen; `false` if nothing is left of it.
    #[must_use]
    pub fn narrow(&self, query: &mut Query) -> bool {
        if let Authority::Admin = self {
            return true;
        }
        let types = &mut query.filter.types;
        if types.is_empty() {
            types.extend(Type::ALL);
        }
        types.retain(|kind| *kind != Type::Admin);
        !types.is_empty()
    }

    /// Says what a request does not, where the caller's own token is bounded in it.
    pub(super) fn complete(&self, request: &mut Request) {
        let Authority::Bounded(own) = self else { return };
        for (key, value) in own.labels.iter().filter(|(key, _)| *key != PUBLIC_HALF) {
            request.labels.entry(key.clone()).or_insert_with(|| value.clone());
        }
        request.max_uses = request.max_uses.or(own.max_uses);
    }

    /// The end of a token of which none was asked for.
    pub(super) fn earlier_end(&self, end: Option<Timestamp>) -> Option<Timestamp> {
        match self {
            Authority::Admin => end,
            Authority::Bounded(own) => end.into_iter().chain(own.expires_at).min(),
        }
    }

    /// # Errors
    /// [`Error::Beyond`]
    pub(super) fn may_change(&self, token: &Token) -> Result<(), Error> {
        match self {
            Authority::Admin => Ok(()),
            Authority::Bounded(own) => Ok(covers(own, token)?),
        }
    }

    /// Whether it may hand out the secret of such a token.
    ///
    /// # Errors
    /// [`Error::Beyond`]
    pub(super) fn may_make(&self, token: &Token) -> Result<(), Error> {
        let Authority::Bounded(own) = self else { return Ok(()) };
        if token.owner != own.owner {
            return Err(Beyond::Owner.into());
        }
        covers(own, token)?;
        Ok(within(own, token)?)
    }

    /// Whether it may make such a token.
    ///
    /// # Errors
    /// [`Error::Beyond`]
    pub(super) fn may_create(&self, token: &Token) -> Result<(), Error> {
        if matches!(self, Authority::Bounded(_)) && token.labels.contains_key(PUBLIC_HALF) {
            return Err(Beyond::Label(PUBLIC_HALF.to_owned()).into());
        }
        self.may_make(token)
    }

    /// Whether it may let a token work again that it may change. It or a friend may hold that one's secret.
    ///
    /// # Errors
    /// [`Error::Beyond`]
    pub(super) fn may_revive(&self, token: &Token) -> Result<(), Error> {
        let Authority::Bounded(own) = self else { return Ok(()) };
        covers(own, token)?;
        Ok(within(own, token)?)
    }

    /// Whether it may make this of a token that it may change. Somebody else may hold that one's secret; so whatever
    /// makes it do more needs what making it would.
    ///
    /// # Errors
    /// [`Error::Beyond`]
    pub(super) fn may_make_of(&self, before: &Token, after: &Token) -> Result<(), Error> {
        let Authority::Bounded(own) = self else { return Ok(()) };
        covers(own, before)?;
        covers(own, after)?;
        if before.owner != after.owner {
            return Err(Beyond::Owner.into());
        }
        if before.expires_at != after.expires_at && outlives(after, own) {
            return Err(Beyond::Life.into());
        }
        if before.max_uses != after.max_uses && outlasts(after, own) {
            return Err(Beyond::Uses.into());
        }
        if before.labels.get(PUBLIC_HALF) != after.labels.get(PUBLIC_HALF) {
            return Err(Beyond::Label(PUBLIC_HALF.to_owned()).into());
        }
        let changed = |(key, value): &(&String, &String)| {
            after.labels.get(*key) != before.labels.get(*key) && after.labels.get(*key) != Some(value)
        };
        if let Some((key, _)) = own.labels.iter().find(changed) {
            return Err(Beyond::Label(key.clone()).into());
        }
        let does_more =
            before.scopes.first_beyond(&after.scopes).is_some() || outlives(after, before) || outlasts(after, before);
        if does_more { Ok(within(own, after)?) } else { Ok(()) }
    }
}

fn covers(own: &Token, token: &Token) -> Result<(), Beyond> {
    match own.scopes.first_beyond(&token.scopes) {
        Some(grant) => Err(Beyond::Scope(grant.clone())),
        None => Ok(()),
    }
}

/// Whether all that bounds the caller's own token bounds this one too.
fn within(own: &Token, token: &Token) -> Result<(), Beyond> {
    if let Some(key) = first_lacking(&own.labels, &token.labels) {
        return Err(Beyond::Label(key.clone()));
    }
    match () {
        () if rank(token.kind) > rank(own.kind) => Err(Beyond::Type(token.kind)),
        () if outlives(token, own) => Err(Beyond::Life),
        () if outlasts(token, own) => Err(Beyond::Uses),
        () => Ok(()),
    }
}

/// The first label that is not among others, or with another value.
fn first_lacking<'a>(labels: &'a Labels, others: &Labels) -> Option<&'a String> {
    let lacking = |(key, value): &(&String, &String)| *key != PUBLIC_HALF && others.get(*key) != Some(*value);
    labels.iter().find(lacking).map(|(key, _)| key)
}

fn outlives(token: &Token, other: &Token) -> bool {
    other.expires_at.is_some_and(|most| token.expires_at.is_none_or(|end| end > most))
}

/// Whether it could be used more often in all.
fn outlasts(token: &Token, other: &Token) -> bool {
    other.max_uses.is_some_and(|most| token.max_uses.is_none_or(|uses| uses > most))
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;
    use std::collections::BTreeSet;

    use proptest::prelude::*;
    use proptest::test_runner::{Config, TestRunner};
    use rand::rand_core::UnwrapErr;
    use rand::rngs::SysRng;
    use tempfile::TempDir;

    use super::*;
    use crate::store::{Access, Location};
    use crate::token::name::Name;
    use crate::token::query::Filter;
    use crate::token::request::{Edit, Naming};
    use crate::token::scope::{Scope, Scopes};
    use crate::token::span::Expiry;
    use crate::vault::{Issued, Moment, Presented, Vault, digest};

    const NOW: i64 = 1_790_000_000_000;

    fn hour(hours: i64) -> Timestamp {
        Timestamp::from_millisecond(NOW + hours * 3_600_000).unwrap()
    }

    fn moment(by: Option<&Token>) -> Moment {
        Moment { now: hour(0), actor: "a@b".into(), by: by.map(Authority::of), presented: None }
    }

    fn vault() -> (TempDir, Vault) {
        let dir = tempfile::tempdir().unwrap();
        let location = Location::File(dir.path().join("vault.db"));
        assert!(Vault::found(&location, None, &moment(None), &mut UnwrapErr(SysRng)).unwrap());
        let vault = Vault::open(&location, Access::Write).unwrap();
        (dir, vault)
    }

    fn issue(vault: &mut Vault, request: Request, by: Option<&Token>) -> Result<Token, Error> {
        let moment = moment(by);
        let prepared = vault.prepare(request, &moment, &mut UnwrapErr(SysRng))?;
        Ok(vault.keep(prepared, &moment)?.token)
    }

    fn rotate(vault: &mut Vault, token: &Token, by: Option<&Token>) -> Result<(), Error> {
        let rotation = vault.prepare_rotation(token, &moment(by), &mut UnwrapErr(SysRng))?;
        vault.rotate(rotation, None, &moment(by)).map(drop)
    }

    fn scopes(words: &[&str]) -> Scopes {
        words.iter().map(|word| Grant::parse(word).unwrap()).collect()
    }

    fn request(name: &str, words: &[&str]) -> Request {
        Request { scopes: scopes(words), ..Request::new(Naming::As(Name::parse(name).unwrap()), "ann".into()) }
    }

    fn beyond<T: std::fmt::Debug>(done: Result<T, Error>) -> Beyond {
        match done {
            Err(Error::Beyond(beyond)) => beyond,
            other => panic!("{other:?}"),
        }
    }

    /// A token that is bounded in every way.
    fn bounded(vault: &mut Vault) -> Token {
        let request = Request {
            labels: Labels::from([("p".into(), "web".into())]),
            expires: Some(Expiry::At(hour(2))),
            max_uses: Some(5),
            ..request("caller", &["a.*", "jeton.*"])
        };
        issue(vault, request, None).unwrap()
    }

    #[test]
    fn what_is_not_said_of_a_new_token_is_as_the_caller_is_bounded() {
        let (_dir, mut vault) = vault();
        let own = bounded(&mut vault);
        let made = issue(&mut vault, request("made", &["a.x"]), Some(&own)).unwrap();
        assert_eq!((&made.labels, made.expires_at, made.max_uses), (&own.labels, own.expires_at, own.max_uses));
        let sooner = Request { expires: Some(Expiry::At(hour(1))), max_uses: Some(1), ..request("sooner", &[]) };
        let made = issue(&mut vault, sooner, Some(&own)).unwrap();
        assert_eq!((made.expires_at, made.max_uses), (Some(hour(1)), Some(1)));
    }

    #[test]
    fn a_new_token_that_could_do_more_is_refused_by_what_it_has_too_much() {
        let (_dir, mut vault) = vault();
        let own = bounded(&mut vault);
        let as_asked = || request("made", &["a.x"]);
        for (asked, too_much) in [
            (request("made", &["a.x", "b"]), Beyond::Scope(Grant::parse("b").unwrap())),
            (request("made", &["*"]), Beyond::Scope(Grant::parse("*").unwrap())),
            (Request { kind: Type::Admin, ..as_asked() }, Beyond::Type(Type::Admin)),
            (Request { owner: "bob".into(), ..as_asked() }, Beyond::Owner),
            (Request { labels: Labels::from([("p".into(), "shop".into())]), ..as_asked() }, Beyond::Label("p".into())),
            (Request { expires: Some(Expiry::Never), ..as_asked() }, Beyond::Life),
            (Request { expires: Some(Expiry::At(hour(3))), ..as_asked() }, Beyond::Life),
            (Request { max_uses: Some(6), ..as_asked() }, Beyond::Uses),
        ] {
            assert_eq!(beyond(issue(&mut vault, asked, Some(&own))), too_much);
        }
        let session = Token { kind: Type::Session, ..own };
        assert_eq!(beyond(issue(&mut vault, as_asked(), Some(&session))), Beyond::Type(Type::Client));
    }

    #[test]
    fn an_admin_token_is_there_for_nobody_else() {
        let (_dir, mut vault) = vault();
        let own = bounded(&mut vault);
        let admin = Request { kind: Type::Admin, ..request("root", &[]) };
        let admin = issue(&mut vault, admin, None).unwrap();
        let by = moment(Some(&own));
        let one = std::slice::from_ref(&admin);
        for done in [
            vault.seen("root", &Authority::of(&own)).map(drop),
            vault.edit(&admin, &Edit::default(), &by).map(drop),
            rotate(&mut vault, &admin, Some(&own)),
            vault.revoke(one, None, &by).map(drop),
            vault.restore(one, &by).map(drop),
            vault.remove(one, None, &by).map(drop),
        ] {
            assert!(matches!(&done, Err(Error::Unknown { nearest, .. }) if nearest.is_empty()), "{done:?}");
        }
        assert_eq!(vault.seen("root", &Authority::of(&admin)).unwrap(), admin);
    }

    #[test]
    fn the_secret_of_a_token_is_only_for_whoever_could_have_made_it() {
        let (_dir, mut vault) = vault();
        let own = bounded(&mut vault);
        let made = issue(&mut vault, request("made", &["a.x"]), Some(&own)).unwrap();
        rotate(&mut vault, &made, Some(&own)).unwrap();
        rotate(&mut vault, &own, Some(&own)).unwrap();
        let endless = Request { labels: own.labels.clone(), max_uses: Some(1), ..request("endless", &["a.x"]) };
        let endless = issue(&mut vault, endless, None).unwrap();
        assert_eq!(beyond(rotate(&mut vault, &endless, Some(&own))), Beyond::Life);
        // It may be changed all the same, and ended.
        let by = moment(Some(&own));
        let described = Edit { description: Some("x".into()), scopes: Some(scopes(&[])), ..Edit::default() };
        vault.edit(&endless, &described, &by).unwrap();
        assert_eq!(vault.revoke(std::slice::from_ref(&endless), None, &by).unwrap().len(), 1);
        // But not be made to do more: somebody else may hold its secret.
        let more = Edit { scopes: Some(scopes(&["a.y"])), ..Edit::default() };
        assert_eq!(beyond(vault.edit(&endless, &more, &by)), Beyond::Life);
    }

    #[test]
    fn what_was_revoked_comes_back_only_within_the_callers_own_bounds() {
        let (_dir, mut vault) = vault();
        let own = bounded(&mut vault);
        let by = moment(Some(&own));
        let made = issue(&mut vault, request("made", &["a.x"]), Some(&own)).unwrap();
        let labels = own.labels.clone();
        let endless = issue(&mut vault, Request { labels, ..request("endless", &["a.x"]) }, None).unwrap();
        vault.revoke(&[made.clone(), endless.clone()], None, &by).unwrap();
        assert_eq!(vault.restore(&[made], &by).unwrap().len(), 1);
        assert_eq!(beyond(vault.restore(&[endless], &by)), Beyond::Life);
    }

    #[test]
    fn nobody_but_an_admin_says_which_half_of_a_pair_a_token_is_known_by() {
        let (_dir, mut vault) = vault();
        let half = |value: &str| Labels::from([(PUBLIC_HALF.into(), value.into())]);
        let imported = Request { labels: half("theirs"), ..request("imported", &["a.*"]) };
        let imported = issue(&mut vault, imported, None).unwrap();
        let by = moment(Some(&imported));
        let too_much = Beyond::Label(PUBLIC_HALF.into());
        let spoof = Request { labels: half("theirs"), ..request("spoof", &["a.x"]) };
        assert_eq!(beyond(issue(&mut vault, spoof, Some(&imported))), too_much);
        assert_eq!(issue(&mut vault, request("made", &["a.x"]), Some(&imported)).unwrap().labels, Labels::new());
        for edit in [
            Edit { labels: half("other"), ..Edit::default() },
            Edit { remove_labels: vec![PUBLIC_HALF.into()], ..Edit::default() },
            Edit { no_labels: true, ..Edit::default() },
        ] {
            assert_eq!(beyond(vault.edit(&imported, &edit, &by)), too_much);
        }
    }

    #[test]
    fn a_caller_who_was_ended_before_its_turn_changes_nothing() {
        let (_dir, mut vault) = vault();
        let asked = Request { kind: Type::Admin, ..request("admin", &[]) };
        let prepared = vault.prepare(asked, &moment(None), &mut UnwrapErr(SysRng)).unwrap();
        let Issued { token, secret } = vault.keep(prepared, &moment(None)).unwrap();
        let scope = Scope::parse("jeton.create").unwrap();
        let wanted = Filter { scopes: vec![scope], ..Filter::default() };
        let by = Moment { presented: Some(Presented { digest: digest(&secret), wanted }), ..moment(Some(&token)) };
        let make = |vault: &mut Vault, name: &str| {
            let prepared = vault.prepare(request(name, &["x"]), &by, &mut UnwrapErr(SysRng))?;
            vault.keep(prepared, &by)
        };
        make(&mut vault, "before").unwrap();
        vault.revoke(std::slice::from_ref(&token), None, &moment(None)).unwrap();
        assert!(matches!(make(&mut vault, "revoked"), Err(Error::CallerEnded)));
        vault.restore(std::slice::from_ref(&token), &moment(None)).unwrap();
        make(&mut vault, "restored").unwrap();
        rotate(&mut vault, &token, None).unwrap();
        assert!(matches!(make(&mut vault, "rotated"), Err(Error::CallerEnded)));
        vault.remove(std::slice::from_ref(&token), None, &moment(None)).unwrap();
        assert!(matches!(make(&mut vault, "removed"), Err(Error::CallerEnded)));
    }

    #[test]
    fn a_caller_who_was_narrowed_before_its_turn_does_no_more_than_it_may_now() {
        let (_dir, mut vault) = vault();
        let asked = request("caller", &["jeton.create", "a.*", "b"]);
        let prepared = vault.prepare(asked, &moment(None), &mut UnwrapErr(SysRng)).unwrap();
        let Issued { token, secret } = vault.keep(prepared, &moment(None)).unwrap();
        let wanted = Filter { scopes: vec![Scope::parse("jeton.create").unwrap()], ..Filter::default() };
        let by = Moment { presented: Some(Presented { digest: digest(&secret), wanted }), ..moment(Some(&token)) };
        let make = |vault: &mut Vault, name: &str, scope: &str| {
            let prepared = vault.prepare(request(name, &[scope]), &by, &mut UnwrapErr(SysRng))?;
            vault.keep(prepared, &by)
        };
        let narrow = |vault: &mut Vault, grant: &str| {
            let edit = Edit { remove_scopes: vec![Grant::parse(grant).unwrap()], ..Edit::default() };
            vault.edit(&token, &edit, &moment(None)).unwrap();
        };
        make(&mut vault, "before", "b").unwrap();
        narrow(&mut vault, "b");
        assert_eq!(beyond(make(&mut vault, "after", "b")), Beyond::Scope(Grant::parse("b").unwrap()));
        make(&mut vault, "still", "a.x").unwrap();
        narrow(&mut vault, "jeton.create");
        assert!(matches!(make(&mut vault, "no more", "a.x"), Err(Error::CallerLacks)));
    }

    #[test]
    fn a_token_that_gets_more_scopes_meanwhile_is_out_of_reach() {
        let (dir, mut one) = vault();
        let mut other = Vault::open(&Location::File(dir.path().join("vault.db")), Access::Write).unwrap();
        let own = bounded(&mut one);
        let made = issue(&mut one, request("made", &["a.x"]), Some(&own)).unwrap();
        let by = moment(Some(&own));
        let rotation = one.prepare_rotation(&made, &by, &mut UnwrapErr(SysRng)).unwrap();
        let more = Edit { add_scopes: vec![Grant::parse("b").unwrap()], ..Edit::default() };
        other.edit(&made, &more, &moment(None)).unwrap();
        let b = Beyond::Scope(Grant::parse("b").unwrap());
        assert_eq!(beyond(one.rotate(rotation, None, &by)), b);
        assert_eq!(beyond(one.edit(&made, &Edit { scopes: Some(scopes(&[])), ..Edit::default() }, &by)), b);
        assert_eq!(beyond(one.remove(&[made], None, &by)), b);
    }

    /// What is asked for, of few kinds, so that much is met.
    #[derive(Clone, Debug)]
    struct Rules {
        kind: Type,
        owner: &'static str,
        scopes: Vec<&'static str>,
        label: Option<&'static str>,
        expires: Option<Option<i64>>,
        max_uses: Option<Option<u64>>,
    }

    #[derive(Clone, Debug)]
    enum Step {
        Create(Rules),
        /// Of the fields of the rules those whose bits are set.
        Edit(usize, Rules, u8),
        Rotate(usize),
        Revoke(usize),
        Restore(usize),
        Delete(usize),
    }

    fn rules() -> impl Strategy<Value = Rules> {
        let kind = prop_oneof![1 => Just(Type::Admin), 4 => Just(Type::Client), 2 => Just(Type::Session)];
        let grant = prop::sample::select(vec!["*", "a.*", "a.x", "a.x.*", "b", "b.*", "jeton.*", "jeton.edit"]);
        let label = prop_oneof![2 => Just(None), 2 => Just(Some("web")), 1 => Just(Some("shop"))];
        let expires = prop::option::of(prop::option::of(1..4i64));
        let max_uses = prop::option::of(prop::option::of(1..4u64));
        let owner = prop_oneof![3 => Just("ann"), 1 => Just("bob")];
        (kind, owner, prop::collection::vec(grant, 0..3), label, expires, max_uses).prop_map(
            |(kind, owner, scopes, label, expires, max_uses)| Rules { kind, owner, scopes, label, expires, max_uses },
        )
    }

    fn step() -> impl Strategy<Value = Step> {
        let at = || 0..12usize;
        prop_oneof![
            3 => rules().prop_map(Step::Create),
            6 => (at(), rules(), any::<u8>(), any::<u8>()).prop_map(|(at, rules, one, two)| Step::Edit(at, rules, one & two)),
            3 => at().prop_map(Step::Rotate),
            1 => at().prop_map(Step::Revoke),
            1 => at().prop_map(Step::Restore),
            1 => at().prop_map(Step::Delete),
        ]
    }

    impl Rules {
        fn labels(&self) -> Labels {
            self.label.map(|value| ("p".to_owned(), value.to_owned())).into_iter().collect()
        }

        fn expires(&self) -> Option<Expiry> {
            self.expires.map(|end| end.map_or(Expiry::Never, |hours| Expiry::At(hour(hours))))
        }

        fn request(&self, number: usize) -> Request {
            Request {
                kind: self.kind,
                owner: self.owner.into(),
                labels: self.labels(),
                expires: self.expires(),
                max_uses: self.max_uses.flatten(),
                ..request(&format!("t{number}"), &self.scopes)
            }
        }

        fn edit(&self, fields: u8) -> Edit {
            let has = |bit: u8| fields & (1 << bit) != 0;
            Edit {
                owner: has(0).then(|| self.owner.to_owned()),
                scopes: has(1).then(|| scopes(&self.scopes)),
                labels: if has(2) { self.labels() } else { Labels::new() },
                no_labels: has(3),
                expires: self.expires().filter(|_| has(4)),
                max_uses: self.max_uses.filter(|_| has(5)),
                ..Edit::default()
            }
        }
    }

    /// Every scope of a small world that a token has.
    fn has(token: &Token) -> BTreeSet<String> {
        let mut world: Vec<String> = ["a", "b", "c", "jeton"].map(str::to_owned).to_vec();
        for from in [0, 4] {
            let deeper =
                world[from..].iter().flat_map(|scope| ["x", "y", "edit"].map(|last| format!("{scope}.{last}")));
            world.extend(deeper.collect::<Vec<_>>());
        }
        world.retain(|scope| token.scopes.cover(&Scope::parse(scope).unwrap()));
        world.into_iter().collect()
    }

    fn end(token: &Token) -> Timestamp {
        token.expires_at.unwrap_or(Timestamp::MAX)
    }

    fn most_uses(token: &Token) -> u64 {
        token.max_uses.unwrap_or(u64::MAX)
    }

    /// Whether a token is bounded as another is, whoever owns it.
    fn no_more(token: &Token, than: &Token) -> bool {
        let kinds = match than.kind {
            Type::Session => &[Type::Session][..],
            _ => &[Type::Session, Type::Client],
        };
        kinds.contains(&token.kind)
            && has(token).is_subset(&has(than))
            && end(token) <= end(than)
            && most_uses(token) <= most_uses(than)
            && than.labels.iter().all(|(key, value)| token.labels.get(key) == Some(value))
    }

    /// A caller that is no admin, and whoever it gives a secret to, do what they like.
    #[test]
    fn nobody_finds_a_way_up() {
        let done = [const { Cell::new(0) }; 6];
        let count = |at: usize| done[at].set(done[at].get() + 1);
        let mut runner = TestRunner::new(Config { cases: 48, ..Config::default() });
        let others = prop::collection::vec(rules(), 4);
        let steps = prop::collection::vec((0..12usize, step()), 24);
        let caller = rules().prop_filter("an admin may all", |rules| rules.kind != Type::Admin);
        runner
            .run(&(caller, others, steps), |(caller, others, steps)| {
                let (_dir, mut vault) = vault();
                let Ok(own) = issue(&mut vault, caller.request(0), None) else { return Ok(()) };
                let mut held = vec![own.id.clone()];
                for (number, rules) in (1..).zip(&others) {
                    // A session without an end cannot be made.
                    drop(issue(&mut vault, rules.request(number), None));
                }
                for (number, (agent, step)) in (10..).zip(steps) {
                    let before = vault.matching(&Query::default()).unwrap();
                    let agents: Vec<_> = before.iter().filter(|token| held.contains(&token.id)).collect();
                    let Some(agent) = agents.get(agent % agents.len().max(1)).copied() else { break };
                    let by = moment(Some(agent));
                    let at = |at: usize| &before[at % before.len()];
                    let one = |at: usize| std::slice::from_ref(&before[at % before.len()]);
                    match &step {
                        Step::Create(rules) => {
                            if let Ok(token) = issue(&mut vault, rules.request(number), Some(agent)) {
                                held.push(token.id);
                                count(0);
                            }
                        }
                        Step::Edit(token, rules, fields) => {
                            if vault.edit(at(*token), &rules.edit(*fields), &by).is_ok_and(|(old, new)| old != new) {
                                count(1);
                            }
                        }
                        Step::Rotate(token) => {
                            if rotate(&mut vault, at(*token), Some(agent)).is_ok() {
                                held.push(at(*token).id.clone());
                                count(2);
                            }
                        }
                        Step::Revoke(token) => drop(vault.revoke(one(*token), None, &by).map(|_| count(3))),
                        Step::Restore(token) => drop(vault.restore(one(*token), &by).map(|_| count(4))),
                        Step::Delete(token) => drop(vault.remove(one(*token), None, &by).map(|_| count(5))),
                    }
                    let after = vault.matching(&Query::default()).unwrap();
                    for new in after.iter().filter(|new| held.contains(&new.id)) {
                        prop_assert!(no_more(new, &own) && new.owner == own.owner, "{:?}\n{:?}\n{:?}", step, own, new);
                    }
                    for old in &before {
                        let new = after.iter().find(|new| new.id == old.id);
                        if new == Some(old) {
                            continue;
                        }
                        prop_assert!(old.kind != Type::Admin && has(old).is_subset(&has(&own)), "{:?} {:?}", step, old);
                        let Some(new) = new else { continue };
                        prop_assert!(new.owner == old.owner && has(new).is_subset(&has(&own)), "{:?} {:?}", step, new);
                        let more =
                            !has(new).is_subset(&has(old)) || end(new) > end(old) || most_uses(new) > most_uses(old);
                        prop_assert!(!more || no_more(new, &own), "{:?}\n{:?}\n{:?}", step, old, new);
                    }
                }
                Ok(())
            })
            .unwrap();
        let done = done.map(|count| count.into_inner());
        assert!(done.iter().all(|count| *count > 0), "some of it was never allowed: {done:?}");
    }
}
