//! Stories: the real binary, started as a person starts it.

mod apps;
mod bad_days;
mod bad_input;
mod command_line;
mod door;
mod first_minute;
mod onboarding;
mod owner_map;
mod people;
mod policy;
mod reports;
mod restart;
mod routes;
mod secrets;
mod serve;
mod tokens;
