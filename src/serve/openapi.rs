//! `GET /openapi.json`: all there is, as OpenAPI 3.1 describes it. Clients are made from it, and the server is tried by it.

use std::sync::LazyLock;

use axum::http::{HeaderName, header};
use axum::response::IntoResponse;

/// Written by hand, but for the version.
static DOCUMENT: LazyLock<String> = LazyLock::new(|| {
    include_str!("openapi.json").replacen("\"VERSION\"", concat!("\"", env!("CARGO_PKG_VERSION"), "\""), 1)
});

pub(super) async fn answer() -> impl IntoResponse {
    const JSON: [(HeaderName, &str); 1] = [(header::CONTENT_TYPE, "application/json")];
    (JSON, DOCUMENT.as_str())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use serde_json::Value;

    use super::*;
    use crate::serve::group::VERIFY;
    use crate::serve::routes;

    /// A path as the document writes it: W3IPFS's are there once, for all the ways in which its page writes them.
    fn written(path: &str) -> String {
        let path = path.replace("{*", "{");
        let keys = path.strip_prefix("/api/apiKeys").or(path.strip_prefix("/apiKeys"));
        match keys.map(|rest| rest.trim_end_matches('/')) {
            Some("") => "/api/apiKeys/".into(),
            Some(rest) => format!("/api/apiKeys{rest}"),
            None => path,
        }
    }

    #[test]
    fn every_path_is_described_and_none_that_is_not_there() {
        let document: Value = serde_json::from_str(&DOCUMENT).unwrap();
        assert_eq!(document["info"]["version"], env!("CARGO_PKG_VERSION"));
        let described: BTreeSet<_> = document["paths"].as_object().unwrap().keys().cloned().collect();
        // The router tells its paths only like this, and with them those of its fallback.
        let debug = format!("{:?}", routes::all());
        let paths =
            debug.split('"').filter(|text| text.starts_with('/') && *text != "/" && !text.contains("__private"));
        let there: BTreeSet<_> = paths.chain([VERIFY]).map(written).collect();
        assert!(there.len() > 10, "{debug}");
        assert_eq!(described, there);
    }
}
