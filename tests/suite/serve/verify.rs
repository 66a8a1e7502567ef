//! Forward authentication.

use super::Server;

#[test]
fn who_a_good_secret_belongs_to_stands_in_the_headers() {
    let server = Server::new();
    let secret = server.create(&["Admin api key", "--scope", "a.b", "--scope", "c.*", "--owner", "alice"]);
    let answer = server.get("/verify?scope=a.b").bearer(&secret).send().is(200);
    let id = &secret[..16];
    let told = ["id", "name", "type", "owner", "scopes"].map(|it| answer.header(&format!("x-jeton-{it}")));
    assert_eq!(told, [Some(id), Some("Admin%20api%20key"), Some("client"), Some("alice"), Some("a.b c.*")]);
    assert_eq!(answer.body, "");
}
