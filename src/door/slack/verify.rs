//! Whether a request is one that Slack sent, a moment ago, and comes for the first time.

use std::{
    collections::BTreeSet,
    sync::{Mutex, PoisonError},
};

use axum::{
    body::Bytes,
    http::{HeaderMap, HeaderName},
};
use hmac::{Hmac, Mac as _};
use jiff::Timestamp;
use sha2::Sha256;

use crate::{domain::Secret, door::speaker::Speaker};

/// How far a request's time may be from ours, before and after, in seconds.
const WINDOW: i64 = 5 * 60;
/// Signatures remembered of an app at most: over 100 requests a second for the whole window.
const SEEN: usize = 50_000;
/// When it was signed, in seconds.
pub(super) const TIME: HeaderName = HeaderName::from_static("x-slack-request-timestamp");
/// How it was signed.
pub(super) const SIGNATURE: HeaderName = HeaderName::from_static("x-slack-signature");

/// A body that Slack signed. Only [`Signing::check`] makes one, and only of it an act is read.
pub(super) struct Verified<'a> {
    body: Bytes,
    speaker: &'a Speaker,
}

impl Verified<'_> {
    /// The raw body.
    pub(super) fn body(&self) -> &[u8] {
        &self.body
    }

    /// The app whose secret it was signed with.
    pub(super) const fn speaker(&self) -> &Speaker {
        self.speaker
    }
}

/// Why a request is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Refused {
    /// A header is missing, stands twice or is no such header.
    Unsigned,
    /// It was signed too long ago, or will be.
    Stale,
    /// No secret of ours made the signature.
    Forged,
    /// It was taken before.
    Replayed,
    /// There is no room to remember it.
    Full,
}

impl Refused {
    /// One word for logs and numbers.
    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::Unsigned => "unsigned",
            Self::Stale => "stale",
            Self::Forged => "forged",
            Self::Replayed => "replayed",
            Self::Full => "full",
        }
    }
}

/// The apps that Slack may sign for.
#[derive(Default)]
pub(super) struct Signing(Vec<App>);

/// The secrets Slack signs with for one app, and the signatures taken within the window. Each app
/// has its own memory: whoever knows one's secret can fill it, and must shut out nobody else.
struct App {
    speaker: Speaker,
    keys: Vec<Hmac<Sha256>>,
    /// By time, so that what is too old to be accepted is first.
    seen: Mutex<BTreeSet<(i64, [u8; 32])>>,
    most: usize,
}

impl Signing {
    /// Takes one secret of an app, or two while one takes the place of the other.
    ///
    /// # Errors
    /// One sentence: there is none, one is empty, or there are more than two.
    pub(super) fn app(&mut self, speaker: Speaker, secrets: &[Secret]) -> Result<(), &'static str> {
        if !(1..=2).contains(&secrets.len()) {
            return Err("give one signing secret, or two while one takes the other's place");
        }
        if secrets.iter().any(|secret| secret.expose().trim().is_empty()) {
            return Err("a signing secret is empty: anybody could sign with it");
        }
        let key = |secret: &Secret| Hmac::new_from_slice(secret.expose().as_bytes());
        let keys = secrets.iter().map(key).collect::<Result<_, _>>();
        let keys = keys.map_err(|_| "a signing secret can't be used")?;
        self.0.push(App { speaker, keys, seen: Mutex::default(), most: SEEN });
        Ok(())
    }

    /// Takes a body once if its headers prove that Slack sent it, for one of the apps.
    pub(super) fn check(
        &self,
        headers: &HeaderMap,
        body: Bytes,
        now: Timestamp,
    ) -> Result<Verified<'_>, Refused> {
        let stamp = one(headers, &TIME).ok_or(Refused::Unsigned)?;
        let digits = (1..=12).contains(&stamp.len()) && stamp.bytes().all(|b| b.is_ascii_digit());
        let at: i64 = stamp.parse().ok().filter(|_| digits).ok_or(Refused::Unsigned)?;
        let offered = one(headers, &SIGNATURE).and_then(signature).ok_or(Refused::Unsigned)?;
        let now = now.as_second();
        if now.abs_diff(at) > WINDOW.unsigned_abs() {
            return Err(Refused::Stale);
        }
        // Every key of every app is tried, so how long it takes does not say whose it was.
        let apps = self.0.iter();
        let apps =
            apps.fold(
                None,
                |found, app| if app.signed(stamp, &body, &offered) { Some(app) } else { found },
            );
        let app = apps.ok_or(Refused::Forged)?;
        app.remember(at, offered, now)?;
        Ok(Verified { body, speaker: &app.speaker })
    }
}

impl App {
    /// Whether one of its keys made the signature.
    fn signed(&self, stamp: &str, body: &[u8], offered: &[u8; 32]) -> bool {
        let signed = |key: &Hmac<Sha256>| {
            let base = key.clone().chain_update("v0:").chain_update(stamp).chain_update(":");
            // It compares every byte, so its time says nothing.
            base.chain_update(body).verify_slice(offered).is_ok()
        };
        self.keys.iter().fold(false, |good, key| good | signed(key))
    }

    /// Only what was signed for this app comes here. If it is full all the same, what comes is
    /// refused: a person who is told "no" clicks again, while a signature that was forgotten
    /// could be used twice.
    fn remember(&self, at: i64, signature: [u8; 32], now: i64) -> Result<(), Refused> {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        while seen.first().is_some_and(|(at, _)| now - at > WINDOW) {
            seen.pop_first();
        }
        if seen.contains(&(at, signature)) {
            return Err(Refused::Replayed);
        }
        if seen.len() >= self.most {
            return Err(Refused::Full);
        }
        seen.insert((at, signature));
        Ok(())
    }
}

/// A header that stands there exactly once.
fn one<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    let mut all = headers.get_all(name).iter();
    let (first, second) = (all.next()?, all.next());
    first.to_str().ok().filter(|_| second.is_none())
}

/// The bytes of `v0=` and 64 hexadecimal digits.
fn signature(text: &str) -> Option<[u8; 32]> {
    let digits = text.strip_prefix("v0=").filter(|digits| digits.len() == 64)?;
    let mut bytes = [0; 32];
    for (byte, two) in bytes.iter_mut().zip(digits.as_bytes().chunks_exact(2)) {
        let digit = |of: u8| char::from(of).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
        *byte = digit(two[0])? << 4 | digit(two[1])?;
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use std::{fmt::Write as _, sync::Arc};

    use axum::{body::Bytes, http::HeaderMap};
    use hmac::{Hmac, Mac as _};
    use jiff::Timestamp;
    use sha2::Sha256;

    use super::{Refused, SIGNATURE, Signing, TIME};
    use crate::{
        domain::{Secret, TeamId},
        door::speaker::Speaker,
    };

    const NOW: i64 = 1_795_539_122;

    fn sign(secret: &str, at: &str, body: &str) -> String {
        let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap();
        mac.update(format!("v0:{at}:{body}").as_bytes());
        let mut text = "v0=".to_owned();
        for byte in mac.finalize().into_bytes() {
            write!(text, "{byte:02x}").unwrap();
        }
        text
    }

    fn headers(at: &str, signature: &str) -> HeaderMap {
        HeaderMap::from_iter([(TIME, at.parse().unwrap()), (SIGNATURE, signature.parse().unwrap())])
    }

    fn signing(secrets: &[&str]) -> Result<Signing, &'static str> {
        let mut signing = Signing::default();
        add(&mut signing, Speaker::Shared(Arc::default()), secrets)?;
        Ok(signing)
    }

    fn add(signing: &mut Signing, app: Speaker, secrets: &[&str]) -> Result<(), &'static str> {
        let secrets: Vec<_> = secrets.iter().map(|secret| Secret::new(*secret)).collect();
        signing.app(app, &secrets)
    }

    /// What is said to a body at a second of ours.
    fn said(signing: &Signing, headers: &HeaderMap, body: &str, now: i64) -> Result<(), Refused> {
        let now = Timestamp::from_second(now).unwrap();
        let verified = signing.check(headers, Bytes::copy_from_slice(body.as_bytes()), now)?;
        assert_eq!(verified.body(), body.as_bytes());
        Ok(())
    }

    #[test]
    fn it_signs_as_slack_does() {
        // The example of Slack's own documentation.
        let body = "token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow\
                    &channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner\
                    &command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com\
                    %2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN\
                    &trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c";
        let theirs = "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503";
        let signing = signing(&["8f742231b10e8888abcd99yyyzzz85a5"]).unwrap();
        assert_eq!(said(&signing, &headers("1531420618", theirs), body, 1_531_420_618), Ok(()));
    }

    #[test]
    fn the_window_is_five_minutes_both_ways() {
        for (age, good) in
            [(0, true), (299, true), (300, true), (301, false), (-300, true), (-301, false)]
        {
            let at = (NOW - age).to_string();
            let headers = headers(&at, &sign("s3cret", &at, "a=b"));
            let wanted = if good { Ok(()) } else { Err(Refused::Stale) };
            assert_eq!(said(&signing(&["s3cret"]).unwrap(), &headers, "a=b", NOW), wanted, "{age}");
        }
    }

    #[test]
    fn either_of_two_secrets_will_do_and_no_other() {
        let at = NOW.to_string();
        for (secret, wanted) in [("old", Ok(())), ("new", Ok(())), ("other", Err(Refused::Forged))]
        {
            let headers = headers(&at, &sign(secret, &at, "a=b"));
            assert_eq!(said(&signing(&["old", "new"]).unwrap(), &headers, "a=b", NOW), wanted);
        }
        let headers = headers(&at, &sign("old", &at, "a=b"));
        let signing = signing(&["old"]).unwrap();
        assert_eq!(said(&signing, &headers, "a=c", NOW), Err(Refused::Forged), "tampered");
        assert_eq!(said(&signing, &headers, "", NOW), Err(Refused::Forged), "emptied");
    }

    #[test]
    fn headers_stand_once_and_are_what_they_must_be() {
        let at = NOW.to_string();
        let (good, signing) = (sign("s3cret", &at, ""), signing(&["s3cret"]).unwrap());
        for (at, signature) in [
            (at.as_str(), "v0="),
            (&at, "v1=00"),
            (&at, &good[3..]),
            (&at, &good[..66]),
            (&at, &format!("{good}0")),
            (&at, &good.replace("v0=", "v0=é")),
            (&at, &format!("v0={}", "g".repeat(64))),
            ("", &good),
            ("+1795539122", &good),
            ("-1", &good),
            ("1795539122.0", &good),
            ("99999999999999999999999", &good),
        ] {
            let said = said(&signing, &headers(at, signature), "", NOW);
            assert_eq!(said, Err(Refused::Unsigned), "{at} {signature}");
        }
        for name in [TIME, SIGNATURE] {
            let mut without = headers(&at, &good);
            without.remove(&name);
            assert_eq!(said(&signing, &without, "", NOW), Err(Refused::Unsigned));
            let mut twice = headers(&at, &good);
            twice.append(&name, twice[&name].clone());
            assert_eq!(said(&signing, &twice, "", NOW), Err(Refused::Unsigned));
        }
        assert_eq!(said(&signing, &headers(&at, &good), "", NOW), Ok(()));
    }

    #[test]
    fn a_signature_is_taken_once_and_remembered_as_long_as_it_would_be_good() {
        let mut signing = signing(&["s3cret"]).unwrap();
        signing.0[0].most = 2;
        // Signed 300 s ahead of our clock, it is good for ten minutes.
        let ask = |at: i64| {
            let at = at.to_string();
            headers(&at, &sign("s3cret", &at, "a=b"))
        };
        let ahead = ask(NOW + 300);
        assert_eq!(said(&signing, &ahead, "a=b", NOW), Ok(()));
        // Written otherwise, it is the same.
        let mut shouted = ahead.clone();
        let loud = ahead[SIGNATURE].to_str().unwrap().to_uppercase().replace("V0", "v0");
        shouted.insert(SIGNATURE, loud.parse().unwrap());
        for now in [NOW, NOW + 1, NOW + 300, NOW + 600] {
            for again in [&ahead, &shouted] {
                assert_eq!(said(&signing, again, "a=b", now), Err(Refused::Replayed), "{now}");
            }
        }
        assert_eq!(said(&signing, &ahead, "a=b", NOW + 601), Err(Refused::Stale));
        // Full: refused, not forgotten; room comes with time alone.
        assert_eq!(said(&signing, &ask(NOW + 310), "a=b", NOW + 600), Ok(()));
        assert_eq!(said(&signing, &ask(NOW + 320), "a=b", NOW + 600), Err(Refused::Full));
        assert_eq!(said(&signing, &ask(NOW + 310), "a=b", NOW + 600), Err(Refused::Replayed));
        assert_eq!(said(&signing, &ask(NOW + 320), "a=b", NOW + 601), Ok(()));
        assert_eq!(signing.0[0].seen.lock().unwrap().len(), 2);
    }

    #[test]
    fn the_secret_says_which_app_it_was_and_each_remembers_for_itself() {
        let own = |team: &str| Speaker::Own(TeamId::new(team));
        let mut signing = Signing::default();
        let at = NOW.to_string();
        let ask = |secret: &str, body: &str| headers(&at, &sign(secret, &at, body));
        assert_eq!(said(&signing, &ask("", ""), "", NOW), Err(Refused::Forged), "no app at all");
        for (app, secrets) in [
            (own("TA"), &["old a", "new a"][..]),
            (own("TB"), &["b"]),
            (Speaker::Shared(Arc::default()), &["shared"]),
        ] {
            add(&mut signing, app, secrets).unwrap();
        }
        let now = Timestamp::from_second(NOW).unwrap();
        for (secret, app) in
            [("new a", "TA"), ("old a", "TA"), ("b", "TB"), ("shared", "shared"), ("c", "")]
        {
            let said = signing.check(&ask(secret, "a=b"), Bytes::from_static(b"a=b"), now);
            let said = said.map(|verified| verified.speaker().to_string()).unwrap_or_default();
            assert_eq!(said, app, "{secret}");
        }
        // Who knows the secret of one fills no other's memory.
        signing.0[0].most = 2;
        assert_eq!(said(&signing, &ask("new a", "1"), "1", NOW), Err(Refused::Full));
        assert_eq!(said(&signing, &ask("b", "1"), "1", NOW), Ok(()));
        assert_eq!(said(&signing, &ask("b", "1"), "1", NOW), Err(Refused::Replayed));
    }

    #[test]
    fn an_empty_secret_is_refused_at_once() {
        for bad in [&[][..], &[""], &["good", " "], &["a", "b", "c"]] {
            assert!(signing(bad).is_err(), "{bad:?}");
        }
    }
}
