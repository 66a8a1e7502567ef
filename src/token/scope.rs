//! Scopes: names of permissions, in 1 to 8 dotted segments of `[A-Za-z0-9_:/-]`. A [`Scope`] is one permission, asked
//! for or known; a [`Grant`] is what a token was given, and may end in `.*` or be `*`. What a grant covers is decided
//! here.

use std::collections::HashSet;
use std::fmt;

use serde::Serialize;

/// Most segments of a scope; a wildcard counts as one.
pub const MOST_SEGMENTS: usize = 8;
/// Most grants of one token. Every verification and every list reads them.
pub const MOST_GRANTS: usize = 256;
/// Under this lie the scopes of jeton's own management. `*` does not cover them.
const MANAGEMENT: &str = "jeton.";
/// The scopes of jeton's own management. They are known in every vault.
pub const OWN: [&str; 6] =
    ["jeton.create", "jeton.read", "jeton.edit", "jeton.revoke", "jeton.delete", "jeton.introspect"];

/// One permission, by its whole name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct Scope(String);

/// What a token was given: a scope, all scopes under a name (`pinning.*`), or all but jeton's own (`*`).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct Grant(String);

/// Why a text is no scope. It never repeats the text, which may be a secret in the wrong place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadScope {
    #[error("a scope is 1 to {MOST_SEGMENTS} segments of letters, digits, `_`, `:`, `/` or `-`, joined by dots")]
    Grammar,
    #[error("`*` stands alone or is the last segment, as in `pinning.*`")]
    WildcardInside,
    #[error("the whole name of a scope is wanted here, without `*`")]
    Wildcard,
}

impl Scope {
    /// # Errors
    /// [`BadScope`] says which rule the text breaks.
    pub fn parse(text: &str) -> Result<Scope, BadScope> {
        match text {
            _ if text.contains('*') => Err(BadScope::Wildcard),
            _ if well_formed(text) => Ok(Scope(text.to_owned())),
            _ => Err(BadScope::Grammar),
        }
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Its segments, outermost first.
    pub fn segments(&self) -> impl Iterator<Item = &str> {
        self.0.split('.')
    }
}

impl Grant {
    /// # Errors
    /// [`BadScope`] says which rule the text breaks.
    pub fn parse(text: &str) -> Result<Grant, BadScope> {
        let stem = text.strip_suffix(".*").unwrap_or(text);
        let segments = stem.split('.').count() + usize::from(stem != text);
        match text {
            "*" => Ok(Grant(text.to_owned())),
            _ if stem.contains('*') => Err(BadScope::WildcardInside),
            _ if well_formed(stem) && segments <= MOST_SEGMENTS => Ok(Grant(text.to_owned())),
            _ => Err(BadScope::Grammar),
        }
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// `x.*` covers `x.y` and `x.y.z`, not `x`. `*` covers all but `jeton.*`, which only a grant that begins with
    /// `jeton` does.
    pub fn covers(&self, scope: &Scope) -> bool {
        self.reaches(&scope.0)
    }

    /// Whether it covers all that another covers.
    pub fn includes(&self, other: &Grant) -> bool {
        match (self.0.ends_with('*'), other.0.strip_suffix('*')) {
            (_, None) => self.reaches(&other.0),
            (true, Some(stem)) => self.reaches(stem),
            (false, Some(_)) => false,
        }
    }

    /// Whether it covers the scope of this name, or all whose names begin with this, which ends with a dot or is empty.
    fn reaches(&self, name: &str) -> bool {
        match self.0.strip_suffix('*') {
            None => self.0 == name,
            Some("") => !name.starts_with(MANAGEMENT),
            // With its dot, so that `x.*` does not cover `xy.z`.
            Some(stem) => name.starts_with(stem),
        }
    }
}

fn well_formed(text: &str) -> bool {
    let segment = |segment: &str| {
        !segment.is_empty() && segment.bytes().all(|b| b.is_ascii_alphanumeric() || b"_:/-".contains(&b))
    };
    text.split('.').count() <= MOST_SEGMENTS && text.split('.').all(segment)
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for Grant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<Scope> for Grant {
    fn from(scope: Scope) -> Grant {
        Grant(scope.0)
    }
}

/// What a token may do: its grants in the order in which they were given, each once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scopes(Vec<Grant>);

impl Scopes {
    pub fn as_slice(&self) -> &[Grant] {
        &self.0
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn cover(&self, scope: &Scope) -> bool {
        self.0.iter().any(|grant| grant.covers(scope))
    }

    /// The first grant of another that no grant of these includes.
    pub fn first_beyond<'a>(&self, other: &'a Scopes) -> Option<&'a Grant> {
        other.0.iter().find(|grant| !self.0.iter().any(|own| own.includes(grant)))
    }

    /// Whether both grant the same, in whatever order.
    pub fn same_as(&self, other: &Scopes) -> bool {
        self.0.len() == other.0.len() && self.0.iter().all(|grant| other.0.contains(grant))
    }

    /// Adds a grant, unless it is there.
    pub fn add(&mut self, grant: Grant) {
        if !self.0.contains(&grant) {
            self.0.push(grant);
        }
    }

    pub fn remove(&mut self, grant: &Grant) {
        self.0.retain(|other| other != grant);
    }
}

impl FromIterator<Grant> for Scopes {
    fn from_iter<I: IntoIterator<Item = Grant>>(grants: I) -> Scopes {
        let mut seen = HashSet::new();
        Scopes(grants.into_iter().filter(|grant| seen.insert(grant.clone())).collect())
    }
}

impl fmt::Display for Scopes {
    /// `a.b, c.*`
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, grant) in self.0.iter().enumerate() {
            write!(f, "{}{grant}", if index == 0 { "" } else { ", " })?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn covers(grant: &str, scope: &str) -> bool {
        Grant::parse(grant).unwrap().covers(&Scope::parse(scope).unwrap())
    }

    #[test]
    fn a_wildcard_covers_what_is_under_it() {
        for (grant, scope, covered) in [
            ("x.y", "x.y", true),
            ("x.y", "x.y.z", false),
            ("x.*", "x.y", true),
            ("x.*", "x.y.z", true),
            ("x.*", "x", false),
            ("x.*", "xy.z", false),
            ("x.y.*", "x.z", false),
            ("*", "x", true),
            ("*", "x.y.z", true),
            ("*", "jeton", true),
            ("*", "jetons.create", true),
            ("*", "jeton.create", false),
            ("jeton.*", "jeton.create", true),
            ("jeton.create", "jeton.create", true),
            ("jeton.create", "jeton.delete", false),
            ("X.y", "x.y", false),
        ] {
            assert_eq!(covers(grant, scope), covered, "{grant} {scope}");
        }
    }

    #[test]
    fn the_grammar_is_narrow() {
        for good in ["a", "a.b", "repo:status/x-y_z.9", "a.b.c.d.e.f.g.h"] {
            assert!(Scope::parse(good).is_ok() && Grant::parse(good).is_ok(), "{good}");
        }
        for good in ["*", "a.*", "a.b.c.d.e.f.g.*"] {
            assert!(Grant::parse(good).is_ok(), "{good}");
            assert_eq!(Scope::parse(good), Err(BadScope::Wildcard), "{good}");
        }
        for bad in ["", ".", "a.", ".a", "a..b", "a b", "ä", "a,b", "a.b.c.d.e.f.g.h.i", "a\n"] {
            assert_eq!(Scope::parse(bad), Err(BadScope::Grammar), "{bad}");
            assert_eq!(Grant::parse(bad), Err(BadScope::Grammar), "{bad}");
        }
        for bad in ["a*", "*.a", "a.*.b", "**", "*.*", "a.b*"] {
            assert_eq!(Grant::parse(bad), Err(BadScope::WildcardInside), "{bad}");
        }
        assert_eq!(Grant::parse(".*"), Err(BadScope::Grammar));
        assert_eq!(Grant::parse("a.b.c.d.e.f.g.h.*"), Err(BadScope::Grammar));
    }

    const SEGMENT: &str = "a|b|jeton|jetons|a:b";

    /// The rule as the documentation tells it, segment by segment.
    fn model(grant: &[String], scope: &[String]) -> bool {
        match grant.split_last() {
            Some((last, [])) if last == "*" => !(scope.len() > 1 && scope[0] == "jeton"),
            Some((last, stem)) if last == "*" => scope.len() > stem.len() && scope[..stem.len()] == *stem,
            _ => grant == scope,
        }
    }

    proptest! {
        #[test]
        fn covering_is_what_the_rule_says(
            // Short ones mostly: `*` and the scopes of jeton's own management differ in their first two segments.
            scope in prop_oneof![
                2 => prop::collection::vec(SEGMENT, 1..=2),
                1 => prop::collection::vec(SEGMENT, 3..=8),
            ],
            kept in 0..=8usize,
            wild in any::<bool>(),
            other in prop::collection::vec(SEGMENT, 0..=1),
        ) {
            // A grant that shares a beginning with the scope, so that both answers are met.
            let mut grant: Vec<String> = scope.iter().take(kept).cloned().chain(other).take(8 - usize::from(wild)).collect();
            if wild || grant.is_empty() {
                grant.push("*".to_owned());
            }
            prop_assert_eq!(covers(&grant.join("."), &scope.join(".")), model(&grant, &scope), "{:?} {:?}", grant, scope);
        }

        /// One grant includes another if there is no scope that only the other covers.
        #[test]
        fn including_is_covering_all_of_it(
            one in "(a|b|jeton|jetons)(\\.(a|b)){0,2}(\\.\\*)?|\\*",
            other in "(a|b|jeton|jetons)(\\.(a|b)){0,2}(\\.\\*)?|\\*",
        ) {
            let mut scopes: Vec<String> = ["a", "b", "jeton", "jetons", "c"].map(str::to_owned).to_vec();
            for from in [0, 5, 20] {
                let deeper: Vec<_> =
                    scopes[from..].iter().flat_map(|scope| ["a", "b", "c"].map(|last| format!("{scope}.{last}"))).collect();
                scopes.extend(deeper);
            }
            let all = scopes.iter().filter(|scope| covers(&other, scope)).all(|scope| covers(&one, scope));
            let included = Grant::parse(&one).unwrap().includes(&Grant::parse(&other).unwrap());
            prop_assert_eq!(included, all, "{} {}", one, other);
        }

        /// Several grants cover what one of them does, and none of them more together; the order is nothing.
        #[test]
        fn grants_cover_what_one_of_them_covers(
            grants in prop::collection::vec("(a|b|jeton)(\\.(a|b))?(\\.\\*)?|\\*", 0..=3),
            scope in "(a|b|jeton)(\\.(a|b)){0,2}",
        ) {
            let one = grants.iter().any(|grant| covers(grant, &scope));
            let together = |scopes: &Scopes| scopes.cover(&Scope::parse(&scope).unwrap());
            let parsed = || grants.iter().map(|grant| Grant::parse(grant).unwrap());
            prop_assert_eq!(together(&parsed().collect()), one, "{:?} {}", grants, scope);
            let mut rest: Scopes = parsed().rev().collect();
            prop_assert_eq!(together(&rest), one, "{:?} {}", grants, scope);
            parsed().filter(|grant| covers(grant.as_str(), &scope)).for_each(|grant| rest.remove(&grant));
            prop_assert!(!together(&rest), "{:?} {}", grants, scope);
        }

        #[test]
        fn whatever_parses_is_of_the_grammar(
            text in prop_oneof![
                "[a.*/ ,é_]{0,12}",
                // About as many segments as there may be.
                prop::collection::vec("a", 6..=10).prop_map(|segments| segments.join(".")),
                prop::collection::vec("a", 6..=10).prop_map(|segments| segments.join(".") + ".*"),
            ],
        ) {
            let segments: Vec<&str> = text.split('.').collect();
            let plain = |segment: &&str| !segment.is_empty() && segment.chars().all(|c| "a/_".contains(c));
            let scope = segments.len() <= 8 && segments.iter().all(plain);
            prop_assert_eq!(Scope::parse(&text).is_ok(), scope);
            let (last, stem) = segments.split_last().unwrap();
            let wild = segments.len() <= 8 && *last == "*" && stem.iter().all(plain);
            prop_assert_eq!(Grant::parse(&text).is_ok(), scope || wild);
        }
    }
}
