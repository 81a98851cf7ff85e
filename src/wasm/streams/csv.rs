//! `exportUsersCsv`: the body becomes CSV as it arrives.

use wasm_bindgen::prelude::*;

use crate::client::parts::Part;
use crate::directory::export_columns::{need_keys, new_writer};
use crate::directory::manager_addresses::ManagerAddresses;
use crate::error::{Code, DomoError};
use crate::http::request::Request;
use crate::validation::Errors;
use crate::wasm::client::instance_lists::{keys_if_listed, roles};
use crate::wasm::errors::Error;
use crate::wasm::options::OptionReader;
use crate::wasm::streams::byte_source::collect_soon;
use crate::wasm::streams::csv_output::{CsvOutput, CsvWriteOptions};
use crate::wasm::streams::registry::{ChunkSource, Step};
use crate::wasm::streams::user_stream::UserStream;
use domo_users_scan::csv::writer::Conversion;

/// The users of the instance as CSV.
pub struct CsvExport {
    stream: UserStream,
    output: CsvOutput,
    /// The options; `None` as soon as the header is written.
    options: Option<ExportOptions>,
    /// While the addresses of all users are read: the addresses, and the request for the users that follows.
    addresses: Option<(ManagerAddresses, Request)>,
}

struct ExportOptions {
    csv: CsvWriteOptions,
    /// Whether managers are written as e-mail addresses.
    names_managers: bool,
    /// Whether roles are written as names.
    names_roles: bool,
}

impl CsvExport {
    /// Checks the arguments. `abandoned` is a signal that is aborted when nobody reads any more.
    pub fn open(domo: &JsValue, options: &JsValue, abandoned: &JsValue) -> Result<Box<dyn ChunkSource>, Error> {
        // Without DETAILED most columns would be empty.
        let stream = UserStream::new(domo, options, Some(Part::Detailed.into()))?.until(abandoned);
        let mut reader = OptionReader::new(options, Code::InvalidInput);
        let options = ExportOptions {
            csv: CsvWriteOptions::read(&mut reader)?,
            names_managers: reader.is_second("managers", &["id", "emailAddress"]),
            names_roles: reader.is_second("roles", &["id", "name"]),
        };
        reader.get("parts"); // was checked by the stream
        reader.finish_call()?;
        Ok(Box::new(Self {
            stream,
            output: CsvOutput::default(),
            options: Some(options),
            addresses: None,
        }))
    }

    async fn read(&mut self) -> Result<bool, Error> {
        if let Some(options) = self.options.take() {
            self.prepare(options).await?;
        }
        let has_more = self.stream.read_more().await?;
        collect_soon(self.stream.bytes().len());
        if self.addresses.is_some() {
            return self.read_addresses(has_more);
        }
        let CsvOutput { writer, row_count, .. } = &mut self.output;
        while let Some(user) = self.stream.next_extracted(&mut writer.cells) {
            writer.write_user(self.stream.bytes(), user?, true);
            *row_count = row_count.wrapping_add(1);
        }
        Ok(has_more)
    }

    /// Requests what has to be known before the users are read, and writes the header.
    async fn prepare(&mut self, options: ExportOptions) -> Result<(), Error> {
        let context = &self.stream.context;
        let names = options.csv.columns;
        let listed = match need_keys(&names) {
            true => keys_if_listed(context).await?,
            false => None,
        };
        let listed: Option<Vec<String>> = listed.map(|keys| keys.into_iter().map(|key| key.key).collect());
        let mut errors = Errors::default();
        let writer = new_writer(&names, listed.as_deref(), options.csv.write, &mut errors);
        errors.into_result(Code::InvalidInput)?;
        let columns = writer.cells.columns();
        let names_managers = options.names_managers && columns.position("reportsTo").is_some();
        let names_roles = options.names_roles && columns.position("roleId").is_some();
        self.output.writer = writer;
        if names_roles {
            let roles = roles(context).await?;
            if let Some(name) = roles.name_like_an_id() {
                let message = format!(
                    "the role named \"{name}\" would be read as the role with this id; rename it, or export roles: \"id\""
                );
                return Err(DomoError::input(message).into());
            }
            self.output
                .writer
                .convert("roleId", Conversion::Role(roles.names_by_id()));
        }
        if names_managers {
            let addresses_alone = Request::get_users(Some(&Part::Simple.into()));
            let request = core::mem::replace(&mut self.stream.request, addresses_alone);
            self.addresses = Some((ManagerAddresses::default(), request));
        }
        Ok(())
    }

    /// Reads the e-mail addresses of users. After the last, the users are requested again.
    fn read_addresses(&mut self, has_more: bool) -> Result<bool, Error> {
        if let Some((addresses, _)) = &mut self.addresses {
            while let Some(user) = self.stream.next_extracted(&mut addresses.cells) {
                user?;
                addresses.add_user(self.stream.bytes());
            }
        }
        if !has_more && let Some((addresses, request)) = self.addresses.take() {
            self.stream.restart();
            self.stream.request = request;
            let conversion = Conversion::Manager(addresses.finish());
            self.output.writer.convert("reportsTo", conversion);
        }
        Ok(true)
    }
}

impl ChunkSource for CsvExport {
    fn step(&mut self) -> Step<'_> {
        Box::pin(async {
            let has_more = self.read().await;
            self.output.settle(has_more);
        })
    }

    fn chunk(&mut self) -> Option<Result<JsValue, Error>> {
        self.output.chunk()
    }

    fn reader(&self) -> JsValue {
        self.stream.reader()
    }

    fn stop(&mut self) {
        self.stream.stop();
    }
}
