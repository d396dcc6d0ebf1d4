import Millrace
import MillraceCLI
import MillraceTesting

// `millrace` with processors that do what each event says: tests start it as a process, and kill it.
@main struct Main {
    static func main() async {
        await MillraceCommand.main(
            processors: .builtIn.adding(DirectedProcessor.self).adding(SecondDirectedProcessor.self))
    }
}
