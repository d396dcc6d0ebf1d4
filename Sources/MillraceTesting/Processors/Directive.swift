import CloudEvents

/// What an event's data tells a ``DirectedProcessor`` to do with it. Everything absent: succeed at once.
package struct Directive: Codable, EventData, Sendable {
    /// Sleep so long first, on the worker's clock.
    package var sleepMilliseconds: Int?
    /// Wait first until a file of this name is in the processor's folder; give way to others and to cancellation.
    package var holdUntil: String?
    /// The same without ever suspending: nothing can cancel it.
    package var blockUntil: String?
    /// The same without heeding cancellation, but giving way to others.
    package var ignoreUntil: String?
    /// Fail so many attempts with an error that is retried.
    package var failures: Int?
    /// Fail, with an error that is retried, until a file of this name is in the processor's folder.
    package var failUntil: String?
    /// Be rejected with this code.
    package var rejectCode: String?
    /// Be rejected until a file of this name is in the processor's folder.
    package var rejectUntil: String?
    /// Words of this length go into a rejection's reason.
    package var reasonLength: Int?
    /// Say *unavailable* until a file of this name is in the processor's folder.
    package var unavailableUntil: String?
    /// After a failure, wait so long before the next attempt instead of the route's own backoff.
    package var retryAfterSeconds: Int?
    /// End the process at once, as a fault in a handler would.
    package var endsProcess: Bool?
    /// Only this processor heeds the rest; others succeed.
    package var onlyProcessor: String?

    /// Succeed, unless something is set.
    package init() {}

    /// A directive with what `change` sets.
    package init(_ change: (inout Directive) -> Void) { change(&self) }
}
