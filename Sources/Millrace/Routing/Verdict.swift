package import CloudEvents

/// What becomes of a record before any processor sees it.
package enum Verdict {
    /// It goes to these routes, a bit each; at least one.
    case route(UInt64)
    /// It is passed over.
    case skip(SkipReason)
    /// It is no CloudEvent, or not a valid one.
    case invalid(EventFault)
    /// A valid event that no route takes, where the policy is to dead-letter those.
    case unrouted
}

/// Why a record is passed over.
package enum SkipReason: String, Sendable {
    case tombstone
    case noRoute
    case duplicate
    /// A replay was asked for others.
    case notSelected
    /// Only processors take it that a replay does not call.
    case suppressed
    /// It is no event, and nothing that a replay could hand over: its letter was written when it was read first.
    case notAnEvent

    /// Whether the event's type is known, and matters to whoever reads of it.
    var hasType: Bool {
        switch self {
        case .tombstone, .notSelected, .notAnEvent: false
        case .noRoute, .duplicate, .suppressed: true
        }
    }
}

/// Decodes a record and decides where it goes: the one place that does, for `run` and for `explain`.
package struct RecordJudge: Sendable {
    package let router: Router
    package let unrouted: UnroutedPolicy
    /// What of the events is wanted; nil: all.
    package let selection: ReplaySelection?

    package init(router: Router, unrouted: UnroutedPolicy, selection: ReplaySelection? = nil) {
        self.router = router
        self.unrouted = unrouted
        self.selection = selection
    }

    /// Judges one record; the envelope holds the event where there is a valid one.
    package func judge(
        _ record: KafkaRecordView, key: UnsafeRawBufferPointer? = nil, reader: EventReader,
        into envelope: inout Envelope, noting tape: StringTape = StringTape()
    ) -> Verdict {
        // Before anything is read of it: a key is had for nothing.
        if let selection, !selection.takes(key: key) { return .skip(.notSelected) }
        do {
            guard try reader.read(record, into: &envelope, noting: tape) == .event else { return .skip(.tombstone) }
        } catch {
            return selection == nil ? .invalid(error) : .skip(.notAnEvent)
        }
        if let selection, !selection.takes(type: envelope.type.bytes) { return .skip(.notSelected) }
        let routes = router.routes(for: envelope.type.bytes)
        if routes != 0 { return .route(routes) }
        if let selection { return .skip(selection.reason(type: envelope.type.bytes)) }
        return unrouted == .skip ? .skip(.noRoute) : .unrouted
    }
}
