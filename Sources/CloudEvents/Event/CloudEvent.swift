/// One event (CloudEvents 1.0.2).
///
/// A value that shares the memory of the record it was read from: copies cost one reference, and texts are made when they
/// are asked for. Whoever keeps an event keeps the memory of its whole batch.
public struct CloudEvent: @unchecked Sendable {
    /// Stays in place and unchanged while `memory` is held.
    private let place: UnsafePointer<Envelope>
    /// What keeps the envelope alive, and the bytes that it points to.
    private let memory: any AnyObject & Sendable

    /// An event whose envelope and bytes `memory` keeps where they are.
    @inline(__always)
    package init(at place: UnsafePointer<Envelope>, in memory: any AnyObject & Sendable) {
        self.place = place
        self.memory = memory
    }

    /// An event over borrowed bytes, which `memory` keeps alive.
    package init(envelope: Envelope, memory: (any AnyObject & Sendable)?) {
        let held = HeldEnvelope(envelope, memory)
        self.init(at: held.place, in: held)
    }

    /// The attributes, where they stand: not copied to be looked at.
    package var envelope: Envelope {
        @inline(__always) unsafeAddress { place }
    }

    /// Identifies the event within its source. Not empty. Compare UTF-8 bytes, not characters: `String ==` takes
    /// differently composed texts for equal.
    public var id: String { envelope.id.text }
    /// The context in which the event happened: a URI-reference (RFC 3986). Not empty.
    public var source: String { envelope.source.text }
    /// The canonical name of the event's type. Not empty.
    public var type: String { envelope.type.text }
    /// The type as the record has it; differs from ``type`` where an alias was replaced.
    public var originalType: String { envelope.originalType.text }
    /// The version of the specification: `1.0`.
    public var specVersion: String { envelope.specVersion.text }
    /// The subject of the event in the context of its source; nil if not set.
    public var subject: String? { envelope.subject.string }
    /// When it happened, as written (RFC 3339); nil if not set.
    public var time: String? { envelope.time.string }
    /// When it happened, as an instant; nil if not set.
    public var instant: Timestamp? { TimestampParser.parse(envelope.time) }
    /// The media type of the data (RFC 2046), as written; nil if not set.
    public var dataContentType: String? { envelope.dataContentType.string }
    /// A URI of the schema of the data; nil if not set.
    public var dataSchema: String? { envelope.dataSchema.string }
    /// How the event was carried; nil for an event made here.
    public var mode: ContentMode? { envelope.mode }
    /// What the reader let pass.
    public var tolerated: Tolerances { envelope.tolerated }

    /// The canonical text of an extension attribute; nil if it is not set. Names are in lower case. Looked up in the
    /// record at each call.
    public subscript(name: String) -> String? { envelope.extensionValue(name)?.description }

    /// All extension attributes that are set. Made at each call.
    public var extensions: [String: AttributeValue] { envelope.extensionValues() }

    /// Keeps the memory alive while the body looks at borrowed bytes.
    @inline(__always)
    package func withMemory<Result, Failure: Error>(
        _ body: (Envelope) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        defer { withExtendedLifetime(memory) {} }
        return try body(envelope)
    }

    /// What the event and its data stand in lives up to here. Neither is copied for that.
    @inline(__always)
    func keepAlive(_ data: HeldData) {
        withExtendedLifetime(memory) {}
        withExtendedLifetime(data.memory) {}
    }
}

/// An envelope that stands nowhere else.
private final class HeldEnvelope: @unchecked Sendable {
    let place: UnsafeMutablePointer<Envelope>
    private let memory: (any AnyObject & Sendable)?

    init(_ envelope: Envelope, _ memory: (any AnyObject & Sendable)?) {
        self.memory = memory
        place = .allocate(capacity: 1)
        place.initialize(to: envelope)
    }

    deinit {
        place.deinitialize(count: 1)
        place.deallocate()
    }
}
