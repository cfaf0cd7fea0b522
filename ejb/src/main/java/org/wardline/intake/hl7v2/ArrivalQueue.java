package org.wardline.intake.hl7v2;

import jakarta.inject.Singleton;
import java.util.List;
import org.wardline.store.CommitQueue;

/** Messages that wait to be kept, and the answers that they get then. */
@Singleton
class ArrivalQueue extends CommitQueue<Arrival, List<byte[]>> {}
