//! `planUsers`: compares the desired users with the instance, whose users stream past.

use js_sys::Array;
use wasm_bindgen::prelude::*;

use crate::client::parts::Part;
use crate::directory::desired::state::DesiredState;
use crate::directory::plan::planner::Planner;
use crate::directory::plan::policy::Policy;
use crate::directory::plan::user_plan::UserPlan;
use crate::error::{Code, DomoError};
use crate::wasm::directory::desired::{read, read_stream};
use crate::wasm::directory::options::PlanOptions;
use crate::wasm::errors::Error;
use crate::wasm::host;
use crate::wasm::streams::byte_source::{ByteSource, collect_soon};
use crate::wasm::streams::user_stream::UserStream;

/// The host parses this many bytes of changes at once.
const CHUNK: usize = 262_144;

/// Compares the desired users with the instance.
pub struct Planning {
    users: UserStream,
    desired: DesiredState,
    policy: Policy,
    /// The rest of the desired users, if they are a stream.
    stream: Option<ByteSource>,
}

impl Planning {
    /// Checks the arguments, and reads the desired users unless they are a stream.
    pub fn new(domo: &JsValue, desired: &JsValue, options: &JsValue) -> Result<Self, Error> {
        let users = UserStream::new(domo, options, Some(Part::Detailed.into()))?;
        let PlanOptions {
            match_by,
            clear_empty,
            header_options,
            policy,
        } = PlanOptions::read(options)?;
        let mut state = DesiredState::with_header_options(match_by, clear_empty, header_options);
        let stream = read(desired, &mut state, users.signal())?;
        Ok(Self {
            users,
            desired: state,
            policy,
            stream,
        })
    }

    /// Reads the rest of the desired users and all users of the instance, and returns the plan.
    pub async fn plan(mut self) -> Result<JsValue, Error> {
        if let Some(source) = self.stream.take() {
            read_stream(source, &mut self.desired).await?;
        }
        let mut planner = Planner::new(self.desired, self.policy)?;
        compare_all(&mut self.users, &mut planner).await?;
        if planner.starts_over() {
            self.users.restart();
            compare_all(&mut self.users, &mut planner).await?;
        }
        to_js(&mut planner.finish()?)
    }
}

/// Compares all users of the instance with the plan.
async fn compare_all(users: &mut UserStream, planner: &mut Planner) -> Result<(), Error> {
    while users.read_more().await? {
        collect_soon(users.bytes().len());
        while let Some(user) = users.next_extracted(&mut planner.extractor) {
            match user {
                Ok(range) => planner.add_user(users.bytes(), range, true),
                Err(error) => {
                    users.stop();
                    return Err(error);
                }
            };
        }
    }
    Ok(())
}

/// Returns the plan as plain data.
fn to_js(plan: &mut UserPlan) -> Result<JsValue, Error> {
    let (changes, mut text, mut has_more) = (Array::new(), Vec::new(), true);
    while has_more {
        text.clear();
        has_more = plan.write_changes(&mut text, CHUNK);
        let json = format!("[{}]", String::from_utf8_lossy(&text));
        let chunk = host::parse_json(&json.into())
            .ok_or_else(|| DomoError::new(Code::BadResponse, "A value of a user in the response is not valid JSON"))?;
        for change in chunk.unchecked_into::<Array>().iter() {
            changes.push(&change);
        }
    }
    #[allow(clippy::cast_precision_loss)] // no instance has 2^53 users
    let unchanged = plan.unchanged() as f64;
    let warnings: Array = plan.warnings().iter().map(|line| JsValue::from_str(line)).collect();
    Ok(host::object(&[
        ("changes", changes.into()),
        ("unchanged", unchanged.into()),
        ("warnings", warnings.into()),
    ])
    .into())
}
