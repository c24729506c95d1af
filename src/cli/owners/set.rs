//! `monban owners set`: one account of the map, changed by hand.

use std::sync::Arc;

use jiff::civil::Date;

use super::{Place, newest, opened, parse, put, told};
use crate::{
    domain::{AccountId, Assignment, CompanyId, Environment, Placement, Stage, Unassignable},
    owners,
    ports::Clock,
};

/// Which account, and what is said of it.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The account: 12 digits
    account: String,
    /// The id of the company that answers for it
    #[arg(long, value_name = "ID")]
    company: Option<String>,
    /// Production or development
    #[arg(long, value_name = "prod|dev", value_parser = environment)]
    environment: Option<Environment>,
    /// Whether its problems are told as they come
    #[arg(long, value_name = "live|baseline", value_parser = stage)]
    stage: Option<Stage>,
    /// The last day of baseline; then it is live by itself
    #[arg(long, value_name = "YYYY-MM-DD")]
    baseline_until: Option<Date>,
    /// The name of one of the company's `ous`
    #[arg(long, value_name = "NAME")]
    ou: Option<String>,
    /// Its name
    #[arg(long, value_name = "TEXT")]
    name: Option<String>,
    /// Who does it, for the audit trail
    #[arg(long, visible_alias = "by", value_name = "NAME", default_value = "command line")]
    who: String,
    /// Why, for the audit trail; of an account in baseline also the reason in the map
    #[arg(long, value_name = "TEXT")]
    why: Option<String>,
    /// Say what would change, and write nothing
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    place: Place,
}

fn environment(word: &str) -> Result<Environment, String> {
    match word {
        "prod" => Ok(Environment::Prod),
        "dev" => Ok(Environment::Dev),
        _ => Err("use prod or dev".to_owned()),
    }
}

fn stage(word: &str) -> Result<Stage, String> {
    match word {
        "live" => Ok(Stage::Live),
        "baseline" => Ok(Stage::Baseline),
        _ => Err("use live or baseline".to_owned()),
    }
}

/// Prints the difference, and writes it unless told not to.
pub(super) async fn run(args: Args, clock: &Arc<dyn Clock>) -> Result<(), String> {
    let id = &args.account;
    if id.len() != 12 || !id.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(format!("`{id}` is no account: give its 12 digits"));
    }
    let account = AccountId::new(id.as_str());
    let (at, aws) = args.place.store()?;
    let memory = opened(&at, &aws, clock).await?;
    let old = newest(memory.store.as_ref()).await?;
    // Without a word about its stage an account stays in its own; a new one begins in baseline.
    let (fresh, stage) = match old.map.place(&account) {
        Placement::Unowned => (true, Stage::Baseline),
        Placement::Owned(_, known) => (false, known.stage),
    };
    let baseline = args.stage.unwrap_or(stage) == Stage::Baseline;
    let reason = args.why.clone().or_else(|| fresh.then(|| "set by hand".to_owned()));
    let said = Assignment {
        account,
        company: args.company.map(CompanyId::new),
        environment: args.environment,
        stage: args.stage,
        baseline_until: args.baseline_until,
        reason: reason.filter(|_| baseline),
        ou: args.ou,
        name: args.name,
    };
    let map = old.map.assigned(&said).map_err(|why| mended(why).to_owned())?;
    let text = owners::written(&map)?;
    // What is stored must be a map that the bot can read at its next start.
    let map = parse("(the map that would be written)", &text)?;
    let changes = told(&old.map, &map)?;
    if args.dry_run {
        return crate::cli::say("nothing was written\n");
    }
    if changes == 0 {
        return crate::cli::say("nothing to write\n");
    }
    let why = args.why.unwrap_or_else(|| "set".to_owned());
    let audit = ("set", args.who.as_str(), why.as_str());
    let store = memory.store.as_ref();
    let revision = put(store, clock.as_ref(), (&text, &map), Some(old), audit).await?;
    crate::cli::say(&format!(
        "{}: revision {revision}; comments of the file before it are not in it\n",
        crate::cli::store::described(&at)
    ))
}

const fn mended(why: Unassignable) -> &'static str {
    match why {
        Unassignable::UnknownCompany => "the map has no such company: look at its ids",
        Unassignable::NoCompany => "the account is in no company: give --company",
        Unassignable::NoEnvironment => "the account is new: give --environment prod or dev",
        Unassignable::UnknownOu => "the company has no such ou: write it under its `ous` first",
        Unassignable::UntilOfLive => {
            "an account that is live has no --baseline-until: give --stage baseline as well"
        }
        Unassignable::NoReason => "an account in baseline needs a reason: give --why",
    }
}
