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
}

/// Decodes a record and decides where it goes: the one place that does, for `run` and for `explain`.
package struct RecordJudge: Sendable {
    package let router: Router
    package let unrouted: UnroutedPolicy

    package init(router: Router, unrouted: UnroutedPolicy) {
        self.router = router
        self.unrouted = unrouted
    }

    /// Judges one record; the envelope holds the event where there is a valid one.
    package func judge(_ record: KafkaRecordView, reader: EventReader, into envelope: inout Envelope) -> Verdict {
        do {
            guard try reader.read(record, into: &envelope) == .event else { return .skip(.tombstone) }
        } catch {
            return .invalid(error)
        }
        let routes = router.routes(for: envelope.type.bytes)
        if routes != 0 { return .route(routes) }
        return unrouted == .skip ? .skip(.noRoute) : .unrouted
    }
}
