/** The settings of tasks. */
import { Setting, SettingsGroup } from '../platform/settings/group.ts';

/** Tasks: how long compute nodes are waited for, and how long inputs and results are kept. */
@SettingsGroup(
  'TaskSettings',
  'Tasks: how long compute nodes are waited for, and how long inputs and results are kept.',
)
export class TaskSettings {
  @Setting('int', {
    description: 'How long a compute node may be silent about a result that it works on, in seconds.',
    default: 120,
    range: [10, 86_400],
  })
  leaseSeconds!: number;
  @Setting('int', {
    description:
      'How often a result is given to its compute node again after that one was silent for too long.',
    default: 2,
    range: [0, 100],
  })
  retries!: number;
  @Setting('int', {
    description: 'How long after its assignment a result is given up, in hours.',
    default: 168,
    range: [1, 87_600],
  })
  deadlineHours!: number;
  @Setting('int', {
    description: 'How long results of finished tasks are kept, in days; without it, for ever.',
    range: [1, 3650],
  })
  resultRetentionDays!: number | null;
  @Setting('int', {
    description: 'How long inputs of finished tasks are kept, in days; without it, for ever.',
    range: [1, 3650],
  })
  inputRetentionDays!: number | null;
}
