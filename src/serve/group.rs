//! Which paths belong together: they are timed together, and refused in the same words.

/// Where proxies ask.
pub(super) const VERIFY: &str = "/verify";

/// What a request is about.
#[derive(Clone, Copy, Debug)]
pub(super) enum Group {
    Verify,
    Api,
    OAuth,
    W3Ipfs,
    Other,
}

impl Group {
    pub const WORDS: [&str; 5] = ["verify", "api", "oauth", "w3ipfs", "other"];

    pub fn of(path: &str) -> Group {
        let under = |root: &str| path.strip_prefix(root).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
        match path {
            VERIFY => Group::Verify,
            "/introspect" | "/revoke" => Group::OAuth,
            _ if under("/api/apiKeys") => Group::W3Ipfs,
            _ if under("/api") => Group::Api,
            _ => Group::Other,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_belongs_to_one_group() {
        for (path, word) in [
            ("/verify", "verify"),
            ("/introspect", "oauth"),
            ("/revoke", "oauth"),
            ("/api/tokens", "api"),
            ("/api/tokens/web/revoke", "api"),
            ("/api/apiKeys/", "w3ipfs"),
            ("/api/apiKeys/list", "w3ipfs"),
            ("/api/apiKeysX", "api"),
            ("/healthz", "other"),
            ("/", "other"),
            ("*", "other"),
        ] {
            assert_eq!(Group::WORDS[Group::of(path) as usize], word, "{path}");
        }
    }
}
