//! Bare digests: a service moves without knowing its secrets.

use jeton::token::exit::Exit;
use serde_json::json;

use super::{fixture, import, names, refused, shown, told};
use crate::support::home::Home;

/// Two secrets and their SHA-256.
const WEB: &str = "0123456789abcdefghij";
const SHOP: &str = "jihgfedcba9876543210";
const WEB_HEX: &str = "6bc14bdc4517a7a682c6910de2e2946eb8e1ecd04090728fef6d092a7ceb62c5";
const SHOP_HEX: &str = "0976b1f359323d448e874f4cff53df2e9aadfe0d909a2e91c39761196e2d9696";

/// Read as these two names, with ids or without.
#[track_caller]
fn reads(text: &str, web: &str, shop: &str, ids: [Option<&str>; 2]) {
    let home = Home::with(&[]);
    let told = told(&home, &[], text);
    assert_eq!(
        (&told["source"], names(&told, "new")),
        (&json!("digests"), vec![web.to_owned(), shop.to_owned()]),
        "{text}"
    );
    assert_eq!((home.verdict(WEB), home.verdict(SHOP)), (Exit::Done, Exit::Done), "{text}");
    let labels = ids.map(|id| id.map_or(json!({}), |id| json!({"id": id})));
    assert_eq!([shown(&home, web)["labels"].clone(), shown(&home, shop)["labels"].clone()], labels, "{text}");
}

#[test]
fn a_table_of_id_name_and_digest_verifies_the_secrets_it_was_made_of() {
    let home = Home::keeping(&[]);
    let told = told(&home, &[], fixture("digests.csv"));
    assert_eq!(names(&told, "new"), ["web", "shop, backend", "Admin api key"]);
    assert_eq!(told["weak"], json!([]), "a digest cannot be judged");
    assert_eq!(
        (home.verdict(WEB), home.verdict(SHOP), home.verdict("something-else-entirely")),
        (Exit::Done, Exit::Done, Exit::Unknown)
    );
    assert_eq!(shown(&home, "shop, backend")["labels"], json!({"id": "18"}));
    assert_eq!(names(&super::told(&home, &[], fixture("digests.csv")), "same").len(), 3);
    home.jeton(["copy", "web", "--print"]).run().exits(Exit::Refused).says("no copy of the secret");
}

#[test]
fn however_the_lines_are_written() {
    let both = [Some("17"), Some("18")];
    reads(&format!("17,web,{WEB_HEX}\n18,shop,{SHOP_HEX}\n"), "web", "shop", both);
    reads(&format!("17, web, sha256:{WEB_HEX}\r\n18, shop, SHA256:{SHOP_HEX}"), "web", "shop", both);
    reads(
        &format!("\u{feff}# of the old service\n\n17\tthe web\t{WEB_HEX}\n18\tthe shop\t{SHOP_HEX}\n"),
        "the web",
        "the shop",
        both,
    );
    reads(&format!("17 web {WEB_HEX}\n 18   shop   {SHOP_HEX}\n"), "web", "shop", both);
    reads(&format!("17;web;{WEB_HEX}\n18;shop;{}\n", SHOP_HEX.to_uppercase()), "web", "shop", both);
    reads(&format!("\"17\",\"the \"\"web\"\"\",\"{WEB_HEX}\"\n18,\"a, b\",{SHOP_HEX}\n"), "the \"web\"", "a, b", both);
    reads(&format!("{WEB_HEX}  web\n{SHOP_HEX}  shop\n"), "web", "shop", [None, None]);
    reads(&format!("name,hash\nweb,{WEB_HEX}\nshop,{SHOP_HEX}\n"), "web", "shop", [None, None]);
    reads(&format!("Digest\tName\tID\n{WEB_HEX}\tweb\t17\n{SHOP_HEX}\tshop\t18\n"), "web", "shop", both);
    reads(&format!("id,sha256\nweb,{WEB_HEX}\nshop,{SHOP_HEX}\n"), "web", "shop", [None, None]);
}

#[test]
fn a_list_in_json_is_read_too() {
    let both = [Some("17"), Some("x-18")];
    for key in ["sha256", "digest", "hash"] {
        let list = json!([{"id": 17, "name": "web", key: WEB_HEX}, {"id": "x-18", "name": "shop", key: format!("sha256:{SHOP_HEX}")}]);
        reads(&list.to_string(), "web", "shop", both);
    }
}

#[test]
fn an_id_of_jetons_is_kept() {
    let home = Home::with(&[]);
    import(&home, &[], format!("acme_4fzN0c1Qw9Lk,web,{WEB_HEX}\n")).exits(Exit::Done);
    let token = shown(&home, "web");
    assert_eq!((&token["id"], &token["labels"]), (&json!("acme_4fzN0c1Qw9Lk"), &json!({})));
}

#[test]
fn owner_creation_and_end_are_taken_over_and_the_rest_is_named() {
    let text = format!(
        "id,name,sha256,owner,created_at,expires_at,plan\n17,web,{WEB_HEX},bob,2024-05-06T07:08:09Z,2027-01-01 00:00:00,gold\n18,shop,{SHOP_HEX},,,,\n"
    );
    let home = Home::with(&[]);
    import(&home, &[], text).exits(Exit::Done).says("`plan` is not taken over\n");
    let (web, shop) = (shown(&home, "web"), shown(&home, "shop"));
    assert_eq!(
        [&web["owner"], &web["created_at"], &web["expires_at"]],
        [&json!("bob"), &json!("2024-05-06T07:08:09.000Z"), &json!("2027-01-01T00:00:00.000Z")]
    );
    assert_eq!([&shop["owner"], &shop["expires_at"]], [&json!("alice"), &json!(null)]);
    let list = json!([{"name": "web", "sha256": WEB_HEX, "scopes": ["a"], "plan": 1}, {"name": "shop", "sha256": SHOP_HEX, "plan": 2}]);
    let ran = import(&Home::new(), &["--dry-run"], list.to_string()).exits(Exit::Done);
    assert_eq!(ran.err.matches("is not taken over").count(), 2, "{}", ran.err);
}

#[test]
fn what_is_wrong_is_told_by_its_line() {
    let long = "k".repeat(101);
    for (text, why) in [
        (format!("1,web,{WEB_HEX}\n2,shop,{}\n", &SHOP_HEX[1..]), "line 2: it has no SHA-256 of 64 hexadecimal digits"),
        (
            format!("1,web,{WEB_HEX}\n\n2,a,b,{SHOP_HEX}\n"),
            "line 3: it has more than an id, a name and a digest; a first line can name the columns",
        ),
        (format!("{WEB_HEX}\n"), "line 1: it has no name"),
        (format!("name,sha256\nweb,{WEB_HEX}\nshop\n"), "line 3: it has no SHA-256 of 64 hexadecimal digits"),
        (format!("name,sha256\nweb,{WEB_HEX},more\n"), "line 2: it has more fields than there are columns"),
        (format!("name,sha256\nweb,{}g\n", &WEB_HEX[1..]), "line 2: a digest is 64 hexadecimal digits"),
        (format!("name,sha256\n,{WEB_HEX}\n"), "line 2: it has no name"),
        (format!("1,{long},{WEB_HEX}\n"), "line 1: a name has at most 100 characters"),
        (
            json!([{"name": "web", "sha256": WEB_HEX}, {"name": "shop", "sha256": 7}]).to_string(),
            "[1].sha256: it must be a text",
        ),
        (
            json!([{"name": "web", "sha256": WEB_HEX}, {"name": "shop"}]).to_string(),
            "[1]: it has no SHA-256 of 64 hexadecimal digits",
        ),
        (json!([{"name": "web", "sha256": WEB_HEX}, 7]).to_string(), "[1]: it must be an object"),
    ] {
        refused(text, &format!("stdin, {why}"));
    }
}

#[test]
fn one_digest_twice_is_a_conflict() {
    let ran =
        import(&Home::new(), &[], format!("1,web,{WEB_HEX}\n2,shop,{}\n", WEB_HEX.to_uppercase())).exits(Exit::Exists);
    ran.says("conflict: shop (line 2): it has the secret of `web` (line 1)\n");
}

#[test]
fn a_secret_and_its_digest_are_the_same_token() {
    let home = Home::with(&[]);
    import(&home, &[], format!("X={WEB}")).exits(Exit::Done);
    import(&home, &[], format!("1,web,{WEB_HEX}")).exits(Exit::Done).says("web is there already as X (");
}
