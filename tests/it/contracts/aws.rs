//! The adapters on AWS, against an emulator: `python3 tests/run.py --only aws` starts one.

mod faults;
mod inbox;
mod queue_faults;
mod store;
