//! What is being read between two calls, by a number that the loader keeps: it asks for one piece after the other, or ends it.

use std::cell::RefCell;
use std::mem::ManuallyDrop;

use js_sys::Promise;
use wasm_bindgen::prelude::*;

use crate::error::{Code, DomoError};
use crate::wasm::directory::user_stream::UserStream;
use crate::wasm::endpoint::settle;
use crate::wasm::failure::Failure;
use crate::wasm::host;

/// Get All Users, given out in pieces.
pub trait Pieces {
    /// Where the users come from.
    fn reading(&mut self) -> &mut UserStream;
    /// Takes what was read: whether there are more users, or why there are none.
    fn take(&mut self, more: Result<bool, Failure>);
    /// A piece of what was taken, `undefined` behind the last; `None` where more is to be read first.
    fn piece(&mut self) -> Option<Result<JsValue, Failure>>;
}

struct Kept {
    number: u32,
    /// Nothing while the next piece is awaited.
    pieces: Option<Box<dyn Pieces>>,
    /// What to cancel then.
    reader: JsValue,
}

thread_local! {
    static KEPT: ManuallyDrop<RefCell<(u32, Vec<Kept>)>> = const { ManuallyDrop::new(RefCell::new((0, Vec::new()))) };
}

/// Keeps it, by a number of its own.
pub fn keep(pieces: Box<dyn Pieces>) -> u32 {
    KEPT.with(|all| {
        let (last, kept) = &mut *all.borrow_mut();
        *last = last.wrapping_add(1);
        kept.push(Kept {
            number: *last,
            pieces: Some(pieces),
            reader: JsValue::UNDEFINED,
        });
        *last
    })
}

/// Takes it out, by its number.
fn forget(number: u32) -> Option<Kept> {
    KEPT.with(|all| {
        let (_, kept) = &mut *all.borrow_mut();
        let at = kept.iter().position(|one| one.number == number)?;
        Some(kept.swap_remove(at))
    })
}

/// Does something with what is kept under a number; `false` where nothing is.
fn with(number: u32, work: &mut dyn FnMut(&mut Kept)) -> bool {
    KEPT.with(|all| {
        let (_, kept) = &mut *all.borrow_mut();
        let one = kept.iter_mut().find(|one| one.number == number);
        one.map(work).is_some()
    })
}

/// The next piece of what has this number; `undefined` behind the last, and of what ended already.
#[wasm_bindgen(js_name = nextPiece)]
pub fn next_piece(number: u32) -> Promise {
    settle(Ok(Box::pin(async move {
        let mut taken = None;
        let is_kept = with(number, &mut |kept| taken = kept.pieces.take());
        let Some(mut pieces) = taken else {
            return match is_kept {
                true => Err(DomoError::new(Code::Internal, "a piece was asked for before the last one came").into()),
                false => Ok(JsValue::UNDEFINED),
            };
        };
        with(number, &mut |kept| kept.reader = pieces.reading().reader());
        let piece = loop {
            if let Some(piece) = pieces.piece() {
                break piece;
            }
            let more = pieces.reading().more().await;
            pieces.take(more);
        };
        let is_last = !matches!(&piece, Ok(value) if !value.is_undefined());
        let mut pieces = Some(pieces);
        if !is_last {
            with(number, &mut |kept| kept.pieces = pieces.take());
        }
        // It is over, or was ended meanwhile.
        if let Some(mut pieces) = pieces {
            drop(forget(number));
            pieces.reading().stop();
        }
        piece
    })))
}

/// Ends what has this number: nothing more of it is fetched or kept.
#[wasm_bindgen(js_name = endPieces)]
pub fn end_pieces(number: u32) {
    if let Some(kept) = forget(number) {
        match kept.pieces {
            Some(mut pieces) => pieces.reading().stop(),
            None => host::cancel(&kept.reader, &JsValue::UNDEFINED),
        }
    }
}
