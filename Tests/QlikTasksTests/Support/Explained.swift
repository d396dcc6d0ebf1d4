import CloudEvents
import Millrace
import QlikTasks

extension TaskExplanation {
    /// The JSON of what would be read, or the reason why nothing can be; nil for an event of another type.
    static func text(_ event: CloudEvent) -> String? {
        switch explain(event) {
        case .typed(let json, _): json
        case .fault(let error): error.reason
        case nil: nil
        }
    }

}
