//! What is to be changed, as HTTP asks for it: JSON Merge Patch (RFC 7396) of a token, and the body of a rotation. A
//! member that is null takes away; one that is not there leaves as it is.

use std::convert::Infallible;

use super::body::{expires, list, max_uses, object, read};
use super::node::{Bad, Node, each_once, within};
use crate::token::label::Label;
use crate::token::name::{self, Name};
use crate::token::request::Edit;
use crate::token::scope::Scopes;
use crate::token::span::Life;

/// # Errors
/// [`Bad`] tells the first thing that is wrong.
pub fn edit(text: &str) -> Result<Edit, Bad> {
    let mut edit = Edit::default();
    for (key, node) in object(text)? {
        match key.as_str() {
            "name" => edit.name = Some(read(&key, &node, "a text", Name::parse)?),
            "owner" => edit.owner = Some(read(&key, &node, "a text", name::parse_owner)?),
            "description" => {
                let description = node.read_or_null(&key, |text| Ok::<_, Infallible>(text.to_owned()))?;
                edit.description = Some(description.unwrap_or_default());
            }
            "expires" => edit.expires = Some(expires(&key, &node)?),
            "max_uses" => edit.max_uses = Some(max_uses(&key, &node)?),
            "scopes" => {
                edit.scopes = Some(match node {
                    Node::Null => Scopes::default(),
                    Node::List(names) => list(&key, &names)?,
                    _ => return Err(Bad::expected(&key, "a list of names, or null")),
                });
            }
            "labels" => labels(&key, node, &mut edit)?,
            "status" => return Err(Bad::new(&key, "POST .../revoke and POST .../restore change it")),
            _ => return Err(Bad::new(&key, "it is nothing that can be changed")),
        }
    }
    Ok(edit)
}

fn labels(path: &str, node: Node, edit: &mut Edit) -> Result<(), Bad> {
    let fields = match node {
        Node::Null => {
            edit.no_labels = true;
            return Ok(());
        }
        Node::Object(fields) => each_once(path, fields)?,
        _ => return Err(Bad::expected(path, "an object of texts and nulls, or null")),
    };
    for (key, node) in fields {
        let path = within(path, &key);
        match node.read_or_null(&path, |value| Label::new(&key, value))? {
            Some(label) => drop(edit.labels.insert(label.key, label.value)),
            None => edit.remove_labels.push(key),
        }
    }
    Ok(())
}

/// `{"grace": "24h"}`: how long the old secret goes on working.
///
/// # Errors
/// [`Bad`] tells the first thing that is wrong.
pub fn grace(text: &str) -> Result<Option<Life>, Bad> {
    let mut grace = None;
    for (key, node) in object(text)? {
        match key.as_str() {
            "grace" => {
                // Without the text: that may be a password in the wrong place.
                let life = |text: &str| Life::parse(text).map_err(|_| "it is no span of time: write 30m, 24h, 7d");
                grace = node.read_or_null(&key, life)?;
            }
            _ => return Err(Bad::new(&key, "unknown")),
        }
    }
    Ok(grace)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::token::span::Expiry;

    #[test]
    fn what_is_there_is_changed_and_null_takes_away() {
        assert_eq!(edit("{}").unwrap(), Edit::default());
        let nulls =
            r#"{"description": null, "expires": null, "max_uses": null, "scopes": null, "labels": {"env": null}}"#;
        let taken = Edit {
            description: Some(String::new()),
            expires: Some(Expiry::Never),
            max_uses: Some(None),
            scopes: Some(Scopes::default()),
            remove_labels: vec!["env".into()],
            ..Edit::default()
        };
        assert_eq!(edit(nulls).unwrap(), taken);
        assert_eq!(edit(r#"{"labels": null}"#).unwrap(), Edit { no_labels: true, ..Edit::default() });
        let given =
            edit(r#"{"name": "a", "owner": "b", "max_uses": 3, "scopes": ["x.*"], "labels": {"k": "v"}}"#).unwrap();
        assert_eq!((given.name.unwrap().as_str(), given.owner.as_deref()), ("a", Some("b")));
        assert_eq!((given.max_uses, given.scopes.unwrap().to_string().as_str()), (Some(Some(3)), "x.*"));
        assert_eq!(given.labels["k"], "v");
    }

    #[test]
    fn what_cannot_be_changed_is_told_by_its_path() {
        let secret = format!("jtn_{}", "s".repeat(61));
        for (text, why) in [
            ("[]", "the request: it must be an object"),
            ("null", "the request: it must be an object"),
            ("{", "the request: it is no JSON (line 1, column 1)"),
            (r#"{"type": "admin"}"#, "type: it is nothing that can be changed"),
            (r#"{"uses": 0}"#, "uses: it is nothing that can be changed"),
            (r#"{"name": null}"#, "name: it must be a text"),
            (r#"{"owner": null}"#, "owner: it must be a text"),
            (r#"{"name": "a", "name": "b"}"#, "name: it stands here twice"),
            (r#"{"scopes": {"a": true}}"#, "scopes: it must be a list of names, or null"),
            (r#"{"labels": {"a": 1}}"#, "labels.a: it must be a text or null"),
            (r#"{"description": "$"}"#, "description: it holds a secret"),
        ] {
            assert_eq!(edit(&text.replace('$', &secret)).unwrap_err().to_string(), why, "{text}");
        }
        assert_eq!(
            grace(r#"{"grace": "x"}"#).unwrap_err().to_string(),
            "grace: it is no span of time: write 30m, 24h, 7d"
        );
        assert_eq!(grace(r#"{"graze": "1h"}"#).unwrap_err().to_string(), "graze: unknown");
        assert_eq!(grace(r#"{"grace": null}"#), Ok(None));
        assert_eq!(grace(r#"{"grace": "24h"}"#), Ok(Life::parse("24h").ok()));
    }
}
