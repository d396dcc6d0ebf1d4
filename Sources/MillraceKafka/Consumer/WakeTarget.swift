import MillraceCRdkafka

/// A descriptor that is written to when there is something to look at: an `eventfd`, or the writing end of a pipe.
///
/// It must not block, and must stay open until every reader and producer that has it is released.
package struct WakeTarget: Sendable {
    /// The descriptor.
    package let descriptor: Int32

    /// Wakes whoever waits on the descriptor.
    package init(descriptor: Int32) {
        self.descriptor = descriptor
    }

    /// Writes a one; may be called on any thread. A full counter or pipe has woken its reader already.
    package func wake() {
        millrace_wake(descriptor)
    }
}
