//! The address under which clients know this server: its identifier as an issuer (RFC 8414, section 2).

use axum::http::Uri;

/// An address by http or https without a query, a fragment, a user or a slash at its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Issuer(String);

impl Issuer {
    pub fn parse(text: &str) -> Option<Issuer> {
        let text = text.trim_end_matches('/');
        // What the parser would pass over.
        if text.contains(['#', '?', '@']) {
            return None;
        }
        let uri: Uri = text.parse().ok()?;
        let authority = uri.authority()?;
        let by_web = matches!(uri.scheme_str(), Some("http" | "https"));
        let whole = authority.as_str().len() == authority.host().len() || authority.port_u16().is_some();
        (by_web && whole && !authority.host().is_empty()).then(|| Issuer(text.to_owned()))
    }

    pub fn into_string(self) -> String {
        self.0
    }
}

/// What stands behind the host.
pub(super) fn path(issuer: &str) -> &str {
    let rest = issuer.split_once("://").map_or("", |(_, rest)| rest);
    rest.find('/').map_or("", |at| &rest[at..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_issuer_is_an_address_and_nothing_else() {
        let read = |text| Issuer::parse(text).map(Issuer::into_string);
        for (text, is) in [
            ("https://auth.example.org", "https://auth.example.org"),
            ("https://auth.example.org/", "https://auth.example.org"),
            ("https://example.org:8443/auth//", "https://example.org:8443/auth"),
            ("http://[::1]:8787", "http://[::1]:8787"),
        ] {
            assert_eq!(read(text).as_deref(), Some(is), "{text}");
        }
        for text in [
            "",
            "/",
            "auth.example.org",
            "//auth.example.org",
            "ftp://auth.example.org",
            "https://",
            "https:///auth",
            "https://auth.example.org?a=b",
            "https://auth.example.org/#a",
            "https://me@auth.example.org",
            "https://auth.example.org:",
            "https://auth.example.org:99999",
            "https://auth.example.org/a b",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    #[test]
    fn a_path_begins_behind_the_host() {
        assert_eq!(path("https://example.org/auth/a"), "/auth/a");
        assert_eq!(path("https://example.org:8443"), "");
    }
}
