//! `jeton show`: everything about one token but its secret.

use jeton::token::exit::Exit;

use crate::support::home::Home;

#[test]
fn it_tells_everything_but_the_secret() {
    let home = Home::new();
    let secret = home.jeton(["create", "web", "-d", "uploads", "--expires", "90d"]).run().out;
    let (secret, id) = (secret.trim_end(), &secret[..16]);
    home.jeton(["show", "web"]).run().hides(secret).gives(
        Exit::Done,
        &format!(
            "name           web\n\
                 id             {id}\n\
                 status         active\n\
                 type           client\n\
                 owner          alice\n\
                 scopes         none\n\
                 labels         none\n\
                 description    uploads\n\
                 created        2026-11-21 12:00 UTC (just now)\n\
                 expires        2027-02-19 12:00 UTC (in 90 days)\n\
                 last used      never\n\
                 uses           not limited\n\
                 can be copied  no, no copy was kept\n"
        ),
        "",
    );
}

#[test]
fn name_id_and_what_list_prints_all_lead_to_it() {
    let home = Home::with(&["Admin api key", "na\u{ef}ve"]);
    let by_name = home.jeton(["show", "Admin api key", "--json"]).run().json();
    let by_id = home.jeton(["show", by_name["id"].as_str().unwrap(), "--json"]).run().json();
    assert_eq!(by_name, by_id);
    home.jeton(["show", "nai\u{308}ve"]).run().exits(Exit::Done);
}

#[test]
fn an_unknown_name_is_answered_with_the_nearest() {
    let home = Home::with(&["web-upload", "web-download", "deploy"]);
    home.jeton(["show", "web-uplod"]).run().gives(
        Exit::NotFound,
        "",
        "error: there is no token `web-uplod`\n\
         hint: did you mean `web-upload`? `jeton list --all` shows every token\n",
    );
    home.jeton(["show", "zzz"]).run().exits(Exit::NotFound).says("hint: `jeton list --all` shows every token");
    let json = home.jeton(["show", "zzz", "--json"]).run().exits(Exit::NotFound).error_json();
    assert_eq!(json["code"], "not-found");
    assert_eq!(json["message"], "there is no token `zzz`");
}
