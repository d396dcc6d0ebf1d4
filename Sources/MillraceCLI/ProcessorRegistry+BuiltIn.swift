public import Millrace
import MillraceConnectors
import QlikTasks

extension ProcessorRegistry {
    /// The processors that come with Millrace.
    public static var builtIn: ProcessorRegistry {
        ProcessorRegistry()
            .adding(JSONLinesProcessor.self)
            .adding(ForwardProcessor.self)
            .adding(TaskInventoryProcessor.self)
            .adding(TaskAuditProcessor.self)
            .adding(TaskAlertsProcessor.self)
    }
}
