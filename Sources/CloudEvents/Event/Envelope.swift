/// What the data of an event is, as it stands in the record.
package enum DataForm: UInt8, Sendable {
    /// There is none.
    case none
    /// JSON text: the value of the member `data`.
    case json
    /// A JSON string that holds text: what stands between its quotes.
    case text
    /// Base64 text, checked.
    case base64
    /// The bytes themselves: the value of a binary record.
    case bytes
}

/// The attributes of an event and where its data lies: slices of the record's own memory, which must outlive it.
///
/// Made empty once and read into again and again. All texts are plain UTF-8; the few that are not so in the record lie
/// in memory that `memory` holds. Events point to it where it is; there are hundreds in a batch, so it is kept small.
package struct Envelope: @unchecked Sendable {
    // The attributes of the specification; absent ones are not present.
    package var id = ByteView()
    package var source = ByteView()
    /// The canonical name of the type: what routing and processors see.
    package var type = ByteView()
    /// `type` as the record has it.
    package var originalType = ByteView()
    package var specVersion = ByteView()
    package var subject = ByteView()
    package var time = ByteView()
    package var dataContentType = ByteView()
    package var dataSchema = ByteView()

    /// The data as it stands in the record.
    package var data = ByteView()
    /// Where the strings of `data` stand, if it is an object and somebody lent room for them.
    package var strings = StringTape()
    /// What `data` is.
    package var dataForm = DataForm.none
    /// Whether text in `data` still has JSON's escapes.
    package var dataHasEscapes = false
    /// Whether the media type says JSON; in structured mode also where there is no media type.
    package var declaresJSON = false

    /// How the event was carried; known before a fault is, nil where nothing says so.
    package var mode: ContentMode?
    /// What was let pass; also of a record that was refused, as far as it was read.
    package var tolerated = Tolerances()

    /// In structured mode: the document from its opening brace on, where the extension attributes are looked up.
    package var document = ByteView()
    /// The object whose members were lifted to attributes.
    package var liftedExtensions = ByteView()
    /// Whatever lies outside the record.
    var memory: EnvelopeMemory?

    /// Nothing read yet.
    package init() {}
}

/// What an envelope needs beside the record: nil in nearly all events. Filled while the envelope is read, by one thread,
/// and never changed after.
final class EnvelopeMemory: @unchecked Sendable {
    /// Unescaped and lower-cased texts.
    private var blocks: [OwnedBytes] = []
    /// The table that a canonical type name lies in.
    var aliases: AliasTable?
    /// The extension attributes of a binary event.
    var extensions: [BinaryExtension] = []

    /// Memory with room for that many bytes. Blocks grow, so that many texts take few of them.
    func room(for count: Int) -> OwnedBytes {
        if let last = blocks.last, last.free >= count { return last }
        let block = OwnedBytes(capacity: max(count, 256 << min(blocks.count, 12)))
        blocks.append(block)
        return block
    }
}

/// An extension attribute that does not stand in a JSON document.
struct BinaryExtension {
    var name: ByteView
    /// Not present for a null header value.
    var value: ByteView
    /// The name as the header has it.
    var header: ByteView
    /// Headers only carry strings; an event that is made here keeps the kind.
    var kind = RawAttribute.Kind.string
}
