//! Who asks by OAuth, and about which token: client authentication (RFC 6749, section 2.3.1) with the id of a token and
//! its secret, or the secret alone where it stands in any other request.

use std::collections::HashMap;

use axum::body::Bytes;
use axum::http::{HeaderMap, HeaderValue, Uri, header};
use base64ct::{Base64, Encoding};
use percent_encoding::percent_decode;
use zeroize::Zeroizing;

use super::refusal::Refusal;
use crate::serve::app::App;
use crate::serve::caller::Caller;
use crate::serve::credentials::{Presented, presented};
use crate::serve::line;
use crate::serve::query;
use crate::serve::verify::credible;
use crate::token::query::Filter;
use crate::token::secret::Secret;
use crate::token::verdict::Verdict;
use crate::vault::Use;

const FORM: &str = "application/x-www-form-urlencoded";
/// What may stand in a body and never in an address (RFC 6749, section 2.3.1, and RFC 6750, section 2.3).
const NEVER_IN_A_QUERY: [&str; 4] = ["token", "client_id", "client_secret", "access_token"];

/// A request that is well-formed.
pub(super) struct Asked {
    pub client: Client,
    /// The token it is about; `None`: it can be the secret of nothing.
    pub token: Option<Secret>,
}

/// A caller, as far as it has told.
pub(super) struct Client {
    /// `None`: it can be the secret of nothing.
    secret: Option<Secret>,
    /// To which the secret must belong.
    id: Option<String>,
    method: Method,
}

/// How a client authenticates itself.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Method {
    /// `client_secret_basic`
    Basic,
    /// `client_secret_post`
    Post,
    /// The secret alone.
    Header,
}

impl Asked {
    /// Who asks is looked at first; nothing is verified yet.
    ///
    /// # Errors
    /// `invalid_client` if nobody says who asks, `invalid_request` for all that is wrong in form.
    pub fn read(app: &App, uri: &Uri, headers: &HeaderMap, body: &Bytes) -> Result<Asked, Refusal> {
        let mut clients = Vec::new();
        match presented(headers, &app.places) {
            Presented::None => {}
            Presented::Secret(secret, id) => clients.push(Client { secret: Some(secret), id, method: Method::Header }),
            Presented::Malformed => clients.push(Client { secret: None, id: None, method: Method::Header }),
            Presented::TwoSecrets => return Err(Refusal::invalid_request("there are two different secrets")),
        }
        clients.extend(headers.get_all(header::AUTHORIZATION).iter().filter_map(basic));
        let form = Form::read(headers, body);
        if let Ok(form) = &form {
            clients.extend(form.client());
        }
        let Some(mut client) = clients.pop() else { return Err(Refusal::no_client(uri.path() == super::REVOCATION)) };
        if !clients.is_empty() {
            return Err(Refusal::invalid_request("a client authenticates itself in one way"));
        }
        if query::parameters(uri.query()).any(|(name, _)| NEVER_IN_A_QUERY.contains(&&*name)) {
            return Err(Refusal::invalid_request("tokens and secrets never stand in the address"));
        }
        let mut form = form?;
        match (&client.id, form.0.remove("client_id")) {
            (Some(id), Some(told)) if *id != *told => {
                return Err(Refusal::invalid_request("there are two different client ids"));
            }
            (None, Some(told)) => client.id = Some(told.to_string()),
            _ => {}
        }
        let token = form.0.remove("token").ok_or_else(|| Refusal::invalid_request("there is no token in the body"))?;
        Ok(Asked { client, token: Secret::parse(token.as_bytes()).ok() })
    }

    /// Whether the token in question is the one by which its holder asks.
    pub fn is_about_itself(&self) -> bool {
        match (&self.token, &self.client.secret) {
            (Some(token), Some(own)) => token.expose() == own.expose(),
            _ => false,
        }
    }
}

impl Client {
    /// The caller's token, if its secret is good for what is wanted.
    ///
    /// # Errors
    /// `invalid_client`, `insufficient_scope`, or nobody could tell.
    pub async fn authenticated(&self, app: &App, wanted: Filter, usage: Use) -> Result<Caller, Refusal> {
        let Some(secret) = &self.secret else {
            app.counts.verdict(&Verdict::<()>::Malformed);
            line::caller(&Verdict::Malformed);
            return Err(self.refusal(Refusal::invalid_client()));
        };
        let held = credible(app, secret, self.id.as_deref(), &wanted, usage).await;
        let held = held.map_err(|problem| self.refusal(problem.into()))?;
        Ok(Caller::new(held, secret, wanted))
    }

    /// The challenge is of the scheme that the client has tried (RFC 6749, section 5.2).
    fn refusal(&self, refusal: Refusal) -> Refusal {
        match self.method {
            Method::Basic => refusal.for_basic(),
            Method::Post => refusal.for_any(),
            Method::Header => refusal,
        }
    }
}

/// `Authorization: Basic`, both parts encoded as in forms (RFC 6749, section 2.3.1); `None` is another scheme.
fn basic(value: &HeaderValue) -> Option<Client> {
    let (scheme, rest) = value.as_bytes().split_at_checked(5)?;
    if !scheme.eq_ignore_ascii_case(b"basic") || !(rest.is_empty() || rest.starts_with(b" ")) {
        return None;
    }
    let mut client = Client { secret: None, id: None, method: Method::Basic };
    let text = std::str::from_utf8(rest.trim_ascii()).ok().and_then(|text| Base64::decode_vec(text).ok());
    let text = text.map(Zeroizing::new);
    if let Some(colon) = text.as_ref().and_then(|text| text.iter().position(|byte| *byte == b':'))
        && let Some((id, secret)) = text.as_ref().and_then(|text| text.split_at_checked(colon))
    {
        client.secret = Secret::parse(&decoded(&secret[1..])).ok();
        client.id = Some(String::from_utf8_lossy(&decoded(id)).into_owned());
    }
    Some(client)
}

/// What stands in a form for this text. A `+` would be a blank; neither ids nor secrets have one, so it is meant as it
/// stands, by one of the many clients that encode nothing.
fn decoded(encoded: &[u8]) -> Zeroizing<Vec<u8>> {
    Zeroizing::new(percent_decode(encoded).collect())
}

/// The fields of a form that have a value; one without is as good as none (RFC 6749, section 3.2).
struct Form(HashMap<String, Zeroizing<String>>);

impl Form {
    fn read(headers: &HeaderMap, body: &Bytes) -> Result<Form, Refusal> {
        let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
        let kind = kind.split(';').next().unwrap_or_default().trim();
        if !kind.eq_ignore_ascii_case(FORM) {
            return Err(Refusal::invalid_request("the body must be a form (application/x-www-form-urlencoded)"));
        }
        let mut fields = HashMap::new();
        for (name, value) in form_urlencoded::parse(body).filter(|(_, value)| !value.is_empty()) {
            if fields.insert(name.into_owned(), Zeroizing::new(value.into_owned())).is_some() {
                return Err(Refusal::invalid_request("a parameter stands in the body twice"));
            }
        }
        Ok(Form(fields))
    }

    /// `client_secret_post`; an id alone is no credential.
    fn client(&self) -> Option<Client> {
        let secret = self.0.get("client_secret")?;
        // Without an id it can be nobody's (RFC 6749, section 2.3.1).
        let id = self.0.get("client_id");
        let secret = id.and_then(|_| Secret::parse(secret.as_bytes()).ok());
        Some(Client { secret, id: id.map(|id| id.to_string()), method: Method::Post })
    }
}
