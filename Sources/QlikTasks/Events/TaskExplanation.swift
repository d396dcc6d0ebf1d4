public import CloudEvents
public import Millrace

/// What the processors of this module read from an event, for their static `explain` and for `millrace explain`.
public enum TaskExplanation {
    /// The state as JSON, each member under its documented name, or the error that reading it meets. Members that the
    /// event has not or that are `null` are left out, as are unknown ones. Nil for an event of another type.
    public static func explain(_ event: CloudEvent) -> Explanation? {
        guard TaskEventKind(event) != nil else { return nil }
        var tolerated: [String] = []
        do throws(EventDataError) {
            let json = try AnyTaskEvent.decode(from: event, tolerated: &tolerated).task.json()
            return .typed(json: json, tolerated: tolerated)
        } catch {
            return .fault(error)
        }
    }
}
