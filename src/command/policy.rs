//! `jeton policy`: what this vault allows.

use super::{Place, read_to_the_end, vault};
use crate::cli::{self, PolicyVerb, ScopesVerb};
use crate::error::Error;
use crate::report::Report;
use crate::store::Access;
use crate::token::exit::Exit;
use crate::token::scope::Scope;
use crate::vault::Vault;

pub(super) fn run(args: &cli::Policy, place: &Place<'_>, out: &mut Report) -> Result<Exit, Error> {
    match &args.verb {
        None => read_to_the_end(out.policy(&place.open(Access::Read)?.policy()?))?,
        Some(PolicyVerb::Set(set)) => {
            // A value that does not fit makes no vault.
            Vault::must_be_settable(set.rule, &set.value, place.host.now())?;
            let mut vault = vault::open_or_make(place, out)?;
            let before = vault.set_policy(set.rule, Some(&set.value), &place.moment())?;
            out.policy_changed(&vault.policy()?, set.rule, before)?;
        }
        Some(PolicyVerb::Unset(unset)) => {
            let mut vault = place.open(Access::Write)?;
            let before = vault.set_policy(unset.rule, None, &place.moment())?;
            out.policy_changed(&vault.policy()?, unset.rule, before)?;
        }
        Some(PolicyVerb::Scopes(scopes)) => match &scopes.verb {
            None => read_to_the_end(out.scopes(&place.open(Access::Read)?.policy()?))?,
            Some(ScopesVerb::Add { scopes, .. }) => change(scopes, &[], place, out)?,
            Some(ScopesVerb::Remove { scopes, .. }) => change(&[], scopes, place, out)?,
        },
    }
    Ok(Exit::Done)
}

fn change(add: &[Scope], remove: &[Scope], place: &Place<'_>, out: &mut Report) -> Result<(), Error> {
    let mut vault = place.open(Access::Write)?;
    let changed = vault.change_scopes(add, remove, &place.moment())?;
    out.scopes_changed(&vault.policy()?, &changed)
}

pub(super) fn wants_json(args: &cli::Policy) -> bool {
    args.format.json
        || match &args.verb {
            None => false,
            Some(PolicyVerb::Set(set)) => set.format.json,
            Some(PolicyVerb::Unset(unset)) => unset.format.json,
            Some(PolicyVerb::Scopes(scopes)) => {
                scopes.format.json
                    || match &scopes.verb {
                        None => false,
                        Some(ScopesVerb::Add { format, .. } | ScopesVerb::Remove { format, .. }) => format.json,
                    }
            }
        }
}
