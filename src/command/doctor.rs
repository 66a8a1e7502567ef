//! `jeton doctor`: one page on the health of a vault and its tokens. What cannot be looked into does not keep the rest
//! from being; an error that tells nothing about the vault ends it.

use std::collections::HashSet;

use super::{Place, read_to_the_end};
use crate::cli;
use crate::error::Error;
use crate::report::Report;
use crate::report::complaint::Complaint;
use crate::report::doctor::Examined;
use crate::store::Access;
use crate::token::exit::Exit;
use crate::token::health::{Check, Finding, Unchecked};
use crate::token::policy::Policy;
use crate::vault::{self, CannotUnwrap, Rounds, Vault};

pub(super) fn run(_: &cli::Doctor, place: &Place<'_>, out: &mut Report) -> Result<Exit, Error> {
    let location = place.location()?;
    let mut page = Page { examined: Vec::new() };
    page.errors(Check::Permissions, Vault::around(&location)?);
    match place.open(Access::Read) {
        Ok(mut vault) => page.examine(&mut vault, place, out)?,
        // Most of these were told already, by whoever looked around.
        Err(error) => page.add(Check::Integrity, Err::<Option<Finding>, _>(error))?,
    }
    let examined = page.in_order();
    out.at(place.host.now());
    read_to_the_end(out.health(location.path(), &examined))?;
    let sound = examined.iter().all(|examined| examined.outcome.iter().flatten().next().is_none());
    let wrong = examined.iter().any(|examined| matches!(examined.outcome, Err(Unchecked::WrongPassphrase)));
    match sound {
        false => Ok(Exit::Findings),
        true if wrong => Err(vault::Error::from(CannotUnwrap::WrongPassphrase).into()),
        true => Ok(Exit::Done),
    }
}

struct Page {
    examined: Vec<Examined>,
}

impl Page {
    fn examine(&mut self, vault: &mut Vault, place: &Place<'_>, out: &Report) -> Result<(), Error> {
        let keys = vault.check_keys();
        match keys {
            Ok(true) => self.copies(vault, place, out)?,
            Ok(false) => self.skip(Check::Copies, Unchecked::ShowOnce),
            Err(_) => self.skip(Check::Copies, Unchecked::Barred),
        }
        self.add(Check::Integrity, vault.check_integrity())?;
        self.add(Check::Schema, vault.check_schema())?;
        self.add(Check::Wiping, vault.check_wiping())?;
        let policy = vault.policy();
        let known = policy.as_ref().map_or_else(|_| Policy::default(), Policy::clone);
        self.add(Check::Policy, policy.map(|_| None))?;
        let mut rounds = Rounds::new(place.host.now(), known, !matches!(keys, Ok(false)));
        self.add(Check::Keys, keys.map(|_| None))?;
        self.add(Check::Log, rounds.log(vault).map(|()| None))?;
        let mut progress = out.progress("looking at tokens", None);
        let seen = rounds.tokens(vault, |seen| progress.advance(seen));
        drop(progress);
        self.add(Check::Tokens, seen.map(|()| None))?;
        match rounds.clock() {
            Some(found) => self.add(Check::Clock, Ok::<_, Error>(found))?,
            None => self.skip(Check::Clock, Unchecked::Barred),
        }
        self.add(Check::Tokens, Ok::<_, Error>(rounds.findings()))
    }

    fn copies(&mut self, vault: &mut Vault, place: &Place<'_>, out: &Report) -> Result<(), Error> {
        match place.unlock_unasked(vault, &place.moment()) {
            Ok(Ok(mut unlocked)) => {
                let mut progress = out.progress("opening sealed copies", None);
                self.add(Check::Copies, unlocked.check_copies(|opened| progress.advance(opened)))
            }
            Ok(Err(why)) => {
                self.skip(Check::Copies, why);
                Ok(())
            }
            Err(error) => self.add(Check::Copies, Err::<Option<Finding>, _>(error)),
        }
    }

    fn skip(&mut self, check: Check, why: Unchecked) {
        self.examined.push(Examined { check, outcome: Err(why) });
    }

    fn errors(&mut self, check: Check, errors: Vec<vault::Error>) {
        let complaints = errors.into_iter().map(|error| Complaint::Error(error.into())).collect();
        self.examined.push(Examined { check, outcome: Ok(complaints) });
    }

    /// What came of a check.
    ///
    /// # Errors
    /// One that tells nothing about the vault.
    fn add<E: Into<Error>>(
        &mut self,
        check: Check,
        found: Result<impl IntoIterator<Item = Finding>, E>,
    ) -> Result<(), Error> {
        let complaints = match found.map_err(E::into) {
            Ok(findings) => findings.into_iter().map(Complaint::Finding).collect(),
            Err(error) if error.ailment().is_some() => vec![Complaint::Error(error)],
            Err(error) => return Err(error),
        };
        self.examined.push(Examined { check, outcome: Ok(complaints) });
        Ok(())
    }

    /// Every check once. What one has told the next need not tell again: it could not be made for the same reason.
    fn in_order(self) -> Vec<Examined> {
        let mut told = HashSet::new();
        let mut examined = self.examined;
        let one = |check| {
            let (mut skipped, mut met, mut again) = (None, false, false);
            let mut complaints = Vec::new();
            for Examined { outcome, .. } in examined.extract_if(.., |examined| examined.check == check) {
                met = true;
                match outcome {
                    Ok(found) => complaints.extend(found),
                    Err(why) => skipped = Some(why),
                }
            }
            complaints.retain(|complaint| match complaint {
                Complaint::Finding(_) => true,
                Complaint::Error(error) => {
                    let first = told.insert(error.to_string());
                    again |= !first;
                    first
                }
            });
            let barred = (!met || again && complaints.is_empty()).then_some(Unchecked::Barred);
            let outcome = skipped.or(barred).map_or(Ok(complaints), Err);
            Examined { check, outcome }
        };
        Check::ALL.into_iter().map(one).collect()
    }
}
