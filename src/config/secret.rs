//! Where a secret stands, as the file says it. Nothing of what stands here is ever quoted: it may
//! be the secret itself, put here by mistake.

use std::path::PathBuf;

use super::{
    SecretPlace,
    file::keys,
    reader::{Reader, Section, tokenlike},
};

/// How to say where a secret stands.
const MEND: &str = "Write one of `env`, `file`, `secrets_manager`, for example {env: NAME}; never \
                    the token itself";
/// A longer text is no name and no path, but perhaps a secret.
const LONGEST: usize = 300;

impl Reader {
    pub(super) fn secret(&mut self, of: &Section<'_>, key: &str) -> Option<SecretPlace> {
        let place = self.mapping_or(of, key, keys("secrets_manager"), MEND)?;
        self.place(&place)
    }

    /// One place, or a list of two while one secret takes the other's place.
    pub(super) fn secrets(&mut self, of: &Section<'_>, key: &str) -> Option<Vec<SecretPlace>> {
        if !of.is_list(key) {
            return self.secret(of, key).map(|one| vec![one]);
        }
        let items = self.list(of, key, "one place, or a list of two");
        if items.len() > 2 {
            let mend = "Keep two: the one that is used and the one that takes its place";
            self.add(of.path(key), format!("holds {} places", items.len()), mend);
            return None;
        }
        let mut places = Vec::new();
        for (at, value) in items {
            let place = self.mapping_with(value, at, keys("secrets_manager"), MEND);
            places.push(place.and_then(|place| self.place(&place)));
        }
        let places: Option<Vec<SecretPlace>> = places.into_iter().collect();
        places.filter(|places| !places.is_empty())
    }

    fn place(&mut self, place: &Section<'_>) -> Option<SecretPlace> {
        let kind = self.one_of_or(place, keys("secret"), Some(MEND))?;
        if place.has("key") && kind != "secrets_manager" {
            self.add(place.path("key"), "belongs to `secrets_manager` alone", "Remove it");
        }
        match kind {
            "env" => {
                let name = self.text(place, "env", "the variable's name")?;
                let plain =
                    |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_';
                if !name.bytes().all(plain)
                    || name.starts_with(|c: char| c.is_ascii_digit())
                    || name.len() > LONGEST
                {
                    let mend = "Write the variable's name, of A-Z, 0-9 and `_`, not the secret";
                    self.add(place.path("env"), "is no name of a variable", mend);
                    return None;
                }
                Some(SecretPlace::Env(name.to_owned()))
            }
            "file" => {
                let file = self.text(place, "file", "the file's path")?;
                let file = self.no_secret(place, "file", file)?;
                Some(SecretPlace::File(PathBuf::from(file)))
            }
            _ => {
                let id = self.text(place, "secrets_manager", "the secret's ARN or name");
                let id = id.and_then(|id| self.no_secret(place, "secrets_manager", id));
                let key = self.optional_text(place, "key", "a key of the JSON in the secret");
                let key = match key {
                    Some(key) => Some(self.no_secret(place, "key", key)?),
                    None => None,
                };
                Some(SecretPlace::SecretsManager { id: id?, key })
            }
        }
    }

    fn no_secret(&mut self, of: &Section<'_>, key: &str, text: &str) -> Option<String> {
        if tokenlike(text) || text.len() > LONGEST {
            self.add(of.path(key), "looks like the secret itself, not like its place", MEND);
            return None;
        }
        Some(text.to_owned())
    }
}
