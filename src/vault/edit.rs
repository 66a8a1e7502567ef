//! Changing what a token is called, whose it is and what it may do. Its id and its secrets stay.

use super::{Error, Moment, Vault, policy};
use crate::token::event::Action;
use crate::token::record::Token;
use crate::token::request::Edit;

impl Vault {
    /// Changes a token, and gives it as it was before and as it is after. Where nothing is different, nothing is
    /// written.
    ///
    /// # Errors
    /// [`Error::Exists`] for a name in use, [`Error::Expiry`] for an end that is not ahead, [`Error::Policy`] for what
    /// the vault does not allow, [`Error::Beyond`] for what the caller may not do.
    pub fn edit(&mut self, token: &Token, edit: &Edit, moment: &Moment) -> Result<(Token, Token), Error> {
        self.change(moment, |work| {
            let before = work.changeable(token)?;
            let after = edited(&before, edit, moment)?;
            let fields = different(&before, &after);
            if !fields.is_empty() {
                if let Some(by) = &moment.by {
                    by.may_make_of(&before, &after)?;
                }
                if after.name != before.name && work.is_named(&after.name)? {
                    return Err(Error::Exists { name: after.name.to_string() });
                }
                policy::allow(work, &before, &after)?;
                work.change.update(&after)?;
                // Names stay in the log anyway, and this one leads on.
                let now = if before.name == after.name { String::new() } else { format!("; now {}", after.name) };
                work.log(Action::Edit, Some(&before), &format!("{}{now}", fields.join(", ")))?;
            }
            Ok((before, after))
        })
    }

    /// Drops the sealed copies of a token's secrets for good; the token stays valid. [`Vault::wipe`] then removes their
    /// traces. `false` if there was none.
    pub fn forget(&mut self, token: &Token, moment: &Moment) -> Result<bool, Error> {
        self.change(moment, |work| {
            let token = work.changeable(token)?;
            if !token.has_copies() {
                return Ok(false);
            }
            work.change.forget(&token.id)?;
            work.log(Action::Edit, Some(&token), "sealed copy dropped")?;
            Ok(true)
        })
    }
}

fn edited(before: &Token, edit: &Edit, moment: &Moment) -> Result<Token, Error> {
    let mut after = before.clone();
    let Edit { name, owner, description, expires, max_uses, scopes, add_scopes, remove_scopes, .. } = edit.clone();
    let Edit { labels, remove_labels, no_labels, .. } = edit;
    after.name = name.unwrap_or(after.name);
    after.owner = owner.unwrap_or(after.owner);
    after.description = description.unwrap_or(after.description);
    if let Some(expires) = expires {
        after.expires_at = expires.resolve(moment.now)?;
    }
    after.max_uses = max_uses.unwrap_or(after.max_uses);
    after.scopes = scopes.filter(|scopes| !scopes.same_as(&before.scopes)).unwrap_or(after.scopes);
    add_scopes.into_iter().for_each(|grant| after.scopes.add(grant));
    remove_scopes.iter().for_each(|grant| after.scopes.remove(grant));
    if *no_labels {
        after.labels.clear();
    }
    after.labels.extend(labels.clone());
    remove_labels.iter().for_each(|key| drop(after.labels.remove(key)));
    Ok(after)
}

/// The fields in which two states of a token differ, as the log names them: not what stands in them.
fn different(before: &Token, after: &Token) -> Vec<&'static str> {
    [
        ("name", before.name != after.name),
        ("owner", before.owner != after.owner),
        ("description", before.description != after.description),
        ("expires", before.expires_at != after.expires_at),
        ("max uses", before.max_uses != after.max_uses),
        ("scopes", before.scopes != after.scopes),
        ("labels", before.labels != after.labels),
    ]
    .into_iter()
    .filter_map(|(field, different)| different.then_some(field))
    .collect()
}
