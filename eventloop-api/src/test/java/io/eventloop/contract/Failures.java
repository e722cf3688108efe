package io.eventloop.contract;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Predicate;

/** A failure listener that keeps what it is told until a test takes it. Thread-safe. */
public final class Failures implements BiConsumer<String, Throwable> {

    /** One report. */
    public record Report(String what, Throwable failure) {}

    private final List<Report> reports = new ArrayList<>();

    @Override
    public synchronized void accept(String what, Throwable failure) {
        reports.add(new Report(what, failure));
        notifyAll();
    }

    /** Waits for the report of exactly this failure and takes it. */
    public Report take(Throwable failure) {
        return take("the report of " + failure, report -> report.failure() == failure);
    }

    /** Waits for a report and takes it. */
    public synchronized Report take(String what, Predicate<Report> wanted) {
        Await.notified(this, what, () -> reports.stream().anyMatch(wanted), reports::toString);
        Report report = reports.stream().filter(wanted).findFirst().orElseThrow();
        reports.remove(report);
        return report;
    }

    /** The reports no test took. */
    public synchronized List<Report> left() {
        return List.copyOf(reports);
    }
}
