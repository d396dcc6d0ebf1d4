public import Millrace

extension ProcessorRegistry {
    /// The processors that come with Millrace.
    public static var builtIn: ProcessorRegistry { ProcessorRegistry() }
}
