import './base.css';
import './notebook.css';
import './runs.css';
import './policy.css';
import './states.css';
