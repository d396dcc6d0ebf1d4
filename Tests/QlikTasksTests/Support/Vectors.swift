import Foundation
import Testing

/// The public test vectors, in the folder that MILLRACE_VECTORS names.
enum Vectors {
    static let folder = ProcessInfo.processInfo.environment["MILLRACE_VECTORS"].flatMap { $0.isEmpty ? nil : $0 }
    static let reason: Comment = "MILLRACE_VECTORS names no folder with the public test vectors"
}
