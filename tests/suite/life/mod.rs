//! The life of a token: random sequences of commands, told to jeton and to a plain model of what the documentation
//! says, which must answer alike.

mod model;

use jeton::token::exit::Exit;
use jiff::{SignedDuration, Timestamp};
use proptest::collection::{btree_map, vec};
use proptest::option;
use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use serde_json::Value;

use self::model::{Change, Chosen, End, Model, Rules, Wanted, in_some_order};
use crate::support::home::{Home, Ran};

/// Few of each, so that they meet often.
const NAMES: [Name; 6] = ["a", "b", "c", "session-alice-1", "session-alice-2", "session-bob-3"];
const OWNERS: [&str; 2] = ["alice", "bob"];
const KINDS: [&str; 3] = ["client", "admin", "session"];
const GRANTS: [&str; 7] = ["a", "a.b", "a.*", "b.c.*", "*", "jeton.create", "jeton.*"];
const ASKED: [&str; 6] = ["a", "a.b", "a.b.c", "b.c", "jeton.create", "jeton"];
const KEYS: [&str; 2] = ["env", "project"];
const VALUES: [&str; 4] = ["web", "shop", "web,shop", "*"];
/// Milliseconds, up to some days.
const SPANS: [i64; 7] = [1000, 59_999, 60_000, 90_000, 3_600_000, 36_000_000, 200_000_000];

type Name = &'static str;

/// One saying, or some time in which nothing is said. A secret is one of all that there ever were, counted back from
/// the newest.
#[derive(Clone, Debug)]
enum Step {
    Create(Name, Rules),
    Verify { back: usize, wanted: Wanted, peek: bool },
    Revoke { names: Vec<Name>, if_exists: bool },
    RevokeChosen(Chosen),
    RevokeSecret { back: usize },
    Restore(Vec<Name>),
    Rotate { name: Name, grace: Option<i64> },
    Finish { name: Name, force: bool },
    Edit(Name, Vec<Change>),
    Delete(Vec<Name>),
    DeleteChosen(Chosen),
    Login { owner: &'static str },
    Logout { owner: Option<&'static str> },
    Pass(i64),
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_sequence_of_commands_is_answered_as_the_documentation_says(steps in vec(step(), 0..=60)) {
        let home = Home::with(&[]);
        let noon: Timestamp = "2026-11-21T12:00:00Z".parse().unwrap();
        let mut model = Model { now: noon.as_millisecond(), tokens: Vec::new(), secrets: Vec::new() };
        for step in &steps {
            take(&home, &mut model, step)?;
            prop_assert_eq!(listed(&home), model.list(), "after {:?}", step);
        }
        home.jeton(["log", "--check"]).run().exits(Exit::Done);
    }
}

#[test]
fn what_a_rotation_ended_stays_ended_when_the_clock_is_set_back() {
    let home = Home::with(&[]);
    let mut secrets = vec![home.create("a")];
    for _ in 0..3 {
        home.pass(SignedDuration::from_secs(-5));
        secrets.push(home.jeton(["rotate", "a"]).run().exits(Exit::Done).out.trim_end().to_owned());
    }
    let current = secrets.pop().unwrap();
    for passed in [0, -60, 120] {
        home.pass(SignedDuration::from_secs(passed));
        home.jeton(["verify"]).stdin(&current).run().exits(Exit::Done);
        for old in &secrets {
            home.jeton(["verify"]).stdin(old).run().exits(Exit::Revoked);
        }
    }
}

/// Takes one step in both worlds.
fn take(home: &Home, model: &mut Model, step: &Step) -> Result<(), TestCaseError> {
    if let Step::Pass(span) = step {
        model.now += span;
        home.pass(SignedDuration::from_millis(*span));
        return Ok(());
    }
    let secret = match step {
        Step::Verify { back, .. } | Step::RevokeSecret { back } if !model.secrets.is_empty() => {
            model.secrets[model.secrets.len() - 1 - back % model.secrets.len()].clone()
        }
        _ => "somebody-else's-secret".to_owned(),
    };
    let ran = said(home, step, &secret);
    let expected = match step {
        Step::Verify { wanted, peek, .. } => {
            let (exit, lack) = model.verify(&secret, wanted, *peek);
            let verdict = ran.json();
            prop_assert_eq!(lacking(&verdict), lack, "{:?}", step);
            exit
        }
        Step::Create(name, rules) => model.create(name, rules),
        Step::Login { owner } => model.login(owner),
        Step::Revoke { names, if_exists } => model.revoke(names, *if_exists),
        Step::RevokeChosen(chosen) => model.revoke_chosen(chosen),
        Step::RevokeSecret { .. } => model.revoke_secret(&secret),
        Step::Restore(names) => model.restore(names),
        Step::Rotate { name, grace } => model.rotate(name, *grace),
        Step::Finish { name, force } => model.finish(name, *force),
        Step::Edit(name, changes) => model.edit(name, changes),
        Step::Delete(names) => model.delete(names),
        Step::DeleteChosen(chosen) => model.delete_chosen(chosen),
        Step::Logout { owner } => model.logout(*owner),
        Step::Pass(_) => Exit::Done,
    };
    prop_assert_eq!(ran.exit, expected, "{:?}\n{}{}", step, ran.out, ran.err);
    if expected == Exit::Done && matches!(step, Step::Create(..) | Step::Login { .. } | Step::Rotate { .. }) {
        model.learn(ran.out.trim_end());
    }
    Ok(())
}

fn said(home: &Home, step: &Step, secret: &str) -> Ran {
    let (verb, names): (&[&str], &[Name]) = match step {
        Step::Create(name, _) => (&["create"], &[name]),
        Step::Verify { .. } => (&["verify", "--json"], &[]),
        Step::Revoke { names, .. } => (&["revoke", "--yes"], names),
        Step::RevokeChosen(_) => (&["revoke", "--yes"], &[]),
        Step::RevokeSecret { .. } => (&["revoke"], &[]),
        Step::Restore(names) => (&["restore", "--yes"], names),
        Step::Rotate { name, .. } => (&["rotate"], &[name]),
        Step::Finish { name, .. } => (&["rotate", "--finish"], &[name]),
        Step::Edit(name, _) => (&["edit"], &[name]),
        Step::Delete(names) => (&["delete", "--yes"], names),
        Step::DeleteChosen(_) => (&["delete", "--yes"], &[]),
        Step::Login { .. } => (&["login"], &[]),
        Step::Logout { owner: Some(_) } => (&["logout"], &[]),
        Step::Logout { owner: None } => (&["logout", "--all", "--yes"], &[]),
        Step::Pass(_) => unreachable!("nothing is said"),
    };
    let flags = match step {
        Step::Create(_, rules) => rule_flags(rules),
        Step::Verify { wanted, peek, .. } => with(wanted_flags(wanted), *peek, "--peek"),
        Step::Revoke { if_exists, .. } => with(Vec::new(), *if_exists, "--if-exists"),
        Step::RevokeChosen(chosen) | Step::DeleteChosen(chosen) => chosen_flags(chosen),
        Step::Rotate { grace: Some(span), .. } => vec![format!("--grace={span}ms")],
        Step::Finish { force, .. } => with(Vec::new(), *force, "--force"),
        Step::Edit(_, changes) => changes.iter().map(change_flag).collect(),
        _ => Vec::new(),
    };
    let jeton = home.jeton(verb.iter().chain(names).map(|word| (*word).to_owned()).chain(flags));
    match step {
        Step::Verify { .. } | Step::RevokeSecret { .. } => jeton.stdin(secret).run(),
        Step::Login { owner } | Step::Logout { owner: Some(owner) } => jeton.var("LOGNAME", *owner).run(),
        _ => jeton.run(),
    }
}

fn with(mut flags: Vec<String>, set: bool, flag: &str) -> Vec<String> {
    flags.extend(set.then(|| flag.to_owned()));
    flags
}

fn rule_flags(rules: &Rules) -> Vec<String> {
    let Rules { kind, owner, scopes, labels, expires, max_uses } = rules;
    let mut flags: Vec<String> = scopes.iter().map(|scope| format!("--scope={scope}")).collect();
    flags.extend(labels.iter().map(|(key, value)| format!("--label={key}={value}")));
    flags.extend(kind.map(|kind| format!("--type={kind}")));
    flags.extend(owner.map(|owner| format!("--owner={owner}")));
    flags.extend(expires.map(expires_flag));
    flags.extend(max_uses.map(|most| format!("--max-uses={most}")));
    flags
}

fn wanted_flags(wanted: &Wanted) -> Vec<String> {
    let Wanted { kinds, owner, label, scopes } = wanted;
    let mut flags: Vec<String> = scopes.iter().map(|scope| format!("--scope={scope}")).collect();
    flags.extend((!kinds.is_empty()).then(|| format!("--type={}", kinds.join(","))));
    flags.extend(owner.map(|owner| format!("--owner={owner}")));
    flags.extend(label.map(|(key, value)| format!("--label={key}={value}")));
    flags
}

fn chosen_flags(chosen: &Chosen) -> Vec<String> {
    let mut flags = with(wanted_flags(&chosen.wanted), chosen.expired, "--expired");
    flags.extend(chosen.unused.map(|span| format!("--unused={span}ms")));
    flags.extend(chosen.older.map(|span| format!("--created-before={span}ms")));
    flags
}

fn change_flag(change: &Change) -> String {
    match change {
        Change::Name(name) => format!("--name={name}"),
        Change::Owner(owner) => format!("--owner={owner}"),
        Change::Expires(end) => expires_flag(*end),
        Change::MaxUses(None) => "--max-uses=unlimited".to_owned(),
        Change::MaxUses(Some(most)) => format!("--max-uses={most}"),
        Change::Scope(scope) => format!("--scope={scope}"),
        Change::AddScope(scope) => format!("--add-scope={scope}"),
        Change::RemoveScope(scope) => format!("--remove-scope={scope}"),
        Change::Label(key, value) => format!("--label={key}={value}"),
        Change::RemoveLabel(key) => format!("--remove-label={key}"),
    }
}

fn expires_flag(end: End) -> String {
    match end {
        End::Never => "--expires=never".to_owned(),
        End::After(span) => format!("--expires={span}ms"),
        End::Past => "--expires=2026-11-20".to_owned(),
    }
}

/// What a verdict in JSON says is lacking.
fn lacking(verdict: &Value) -> Option<&str> {
    verdict["lacks"].as_object()?.keys().next().map(String::as_str)
}

/// All tokens as the model knows them.
fn listed(home: &Home) -> Value {
    let mut list = home.jeton(["list", "--json", "--all"]).run().exits(Exit::Done).json();
    for token in list.as_array_mut().unwrap() {
        let fields = token.as_object_mut().unwrap();
        for field in ["id", "description", "recoverable"] {
            fields.remove(field).unwrap();
        }
        let secrets = fields["secrets"].as_array_mut().unwrap();
        assert!(secrets.last().unwrap()["retires_at"].is_null(), "the current one stands last: {secrets:?}");
        in_some_order(secrets);
    }
    list
}

fn step() -> impl Strategy<Value = Step> {
    let names = || vec(name(), 1..=2);
    let back = || prop_oneof![3 => 0..3usize, 1 => 0..100usize];
    let rarely = || prop::bool::weighted(0.2);
    prop_oneof![
        6 => (name(), rules()).prop_map(|(name, rules)| Step::Create(name, rules)),
        16 => (back(), wanted(), rarely()).prop_map(|(back, wanted, peek)| Step::Verify { back, wanted, peek }),
        2 => (names(), any::<bool>()).prop_map(|(names, if_exists)| Step::Revoke { names, if_exists }),
        1 => chosen().prop_map(Step::RevokeChosen),
        1 => back().prop_map(|back| Step::RevokeSecret { back }),
        3 => names().prop_map(Step::Restore),
        8 => (name(), option::weighted(0.8, span())).prop_map(|(name, grace)| Step::Rotate { name, grace }),
        4 => (name(), rarely()).prop_map(|(name, force)| Step::Finish { name, force }),
        4 => (name(), changes()).prop_map(|(name, changes)| Step::Edit(name, changes)),
        1 => names().prop_map(Step::Delete),
        1 => chosen().prop_map(Step::DeleteChosen),
        1 => select(&OWNERS[..]).prop_map(|owner| Step::Login { owner }),
        1 => option::of(select(&OWNERS[..])).prop_map(|owner| Step::Logout { owner }),
        12 => span().prop_map(Step::Pass),
    ]
}

/// Mostly the same one, so that much happens to it.
fn name() -> impl Strategy<Value = Name> {
    prop_oneof![5 => Just(NAMES[0]), 1 => select(&NAMES[1..])]
}

fn rules() -> impl Strategy<Value = Rules> {
    let kind = option::weighted(0.3, select(&KINDS[..]));
    let scopes = subsequence(&GRANTS[..], 0..=2);
    let labels = btree_map(select(&KEYS[..]), select(&VALUES[..]), 0..=2);
    let max_uses = option::weighted(0.2, 1..4u64);
    (kind, option::of(select(&OWNERS[..])), scopes, labels, option::weighted(0.3, end()), max_uses).prop_map(
        |(kind, owner, scopes, labels, expires, max_uses)| Rules { kind, owner, scopes, labels, expires, max_uses },
    )
}

/// Mostly nothing, so that the later checks are met too.
fn wanted() -> impl Strategy<Value = Wanted> {
    let kinds = prop_oneof![8 => Just(Vec::new()), 1 => subsequence(&KINDS[..], 1..=2)];
    let label = option::weighted(0.1, (select(&KEYS[..]), select(&VALUES[..])));
    let scopes = prop_oneof![5 => Just(Vec::new()), 1 => subsequence(&ASKED[..], 1..=2)];
    (kinds, option::weighted(0.1, select(&OWNERS[..])), label, scopes)
        .prop_map(|(kinds, owner, label, scopes)| Wanted { kinds, owner, label, scopes })
}

fn chosen() -> impl Strategy<Value = Chosen> {
    let span = || option::weighted(0.4, span());
    (wanted(), prop::bool::weighted(0.3), span(), span()).prop_map(|(wanted, expired, unused, older)| Chosen {
        wanted,
        expired,
        unused,
        older,
    })
}

/// Changes that can be said together.
fn changes() -> impl Strategy<Value = Vec<Change>> {
    let key = || select(&KEYS[..]);
    let grant = || select(&GRANTS[..]);
    let each = [
        select(&NAMES[..]).prop_map(Change::Name).boxed(),
        select(&OWNERS[..]).prop_map(Change::Owner).boxed(),
        end().prop_map(Change::Expires).boxed(),
        option::of(1..5u64).prop_map(Change::MaxUses).boxed(),
        prop_oneof![
            grant().prop_map(Change::Scope),
            grant().prop_map(Change::AddScope),
            grant().prop_map(Change::RemoveScope),
        ]
        .boxed(),
        prop_oneof![
            (key(), select(&VALUES[..])).prop_map(|(key, value)| Change::Label(key, value)),
            key().prop_map(Change::RemoveLabel),
        ]
        .boxed(),
    ];
    subsequence(each.to_vec(), 1..=2).prop_flat_map(|some| some)
}

fn end() -> impl Strategy<Value = End> {
    prop_oneof![
        2 => Just(End::Never),
        1 => span().prop_map(End::After),
        3 => select(&SPANS[..]).prop_map(End::After),
        1 => Just(End::Past),
    ]
}

/// Mostly short, so that ends and beginnings meet in one millisecond.
fn span() -> impl Strategy<Value = i64> {
    prop_oneof![3 => 1..=3i64, 1 => select(&SPANS[..])]
}
